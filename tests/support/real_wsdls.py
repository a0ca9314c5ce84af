"""Where the legacy product's own WSDL files are. They are not ours to publish, so they may be absent."""

import os
from pathlib import Path

import pytest

# Read when the tests are collected: while one runs, GATEWAY_* may be gone from the environment.
FOLDER = Path(
    os.environ.get("GATEWAY_REAL_WSDLS")
    or Path(__file__).resolve().parents[2].joinpath("../shared/contract/wsdl")
)
REQUIRED = os.environ.get("GATEWAY_REQUIRE_ALL") == "1"


def real_wsdl(version: str) -> Path:
    """Return the path of a real WSDL such as ``78.0``.

    Without it the running test is skipped, or fails when GATEWAY_REQUIRE_ALL is 1.
    """
    path = FOLDER / f"zuora-{version}.wsdl"
    if path.is_file():
        return path
    reason = "REAL WSDLS MISSING, nothing compared: name their folder in GATEWAY_REAL_WSDLS"
    if REQUIRED:
        pytest.fail(f"{reason} (no {path.name} there)")
    pytest.skip(reason)
