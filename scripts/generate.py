"""Write the published contract, wsdl/ and schemas/, or with --check say which files differ from it."""

import argparse
import sys
from pathlib import Path

from gateway.contract.versions import SERVED
from gateway.soap.wsdl import render_schemas, render_wsdl

ADDRESS = "https://gateway.example/apps/services/a/{version}.0"
"""The endpoint in the published WSDL files: made up. A running gateway serves its own address instead."""

ROOT = Path(__file__).resolve().parent.parent


def contract_files() -> dict[str, bytes]:
    """Return the content of every published file by its path in the repository."""
    files = {}
    for version in SERVED:
        files[f"wsdl/gateway-{version}.0.wsdl"] = render_wsdl(version, ADDRESS.format(version=version))
        for name, content in render_schemas(version).items():
            files[f"schemas/{version}.0/{name}"] = content
    return files


def differing(files: dict[str, bytes], root: Path = ROOT) -> list[str]:
    """Return the paths that are missing below the root or hold something else, in the files' order."""
    return [
        path
        for path, content in files.items()
        if not (root / path).is_file() or (root / path).read_bytes() != content
    ]


def main() -> int:
    """Write what differs, or only name it; with --check return 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    check = parser.parse_args().check
    files = contract_files()
    paths = differing(files)
    for path in paths:
        print(f"{'differs from the contract table' if check else 'written'}: {path}")
        if not check:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(files[path])
    return 1 if check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
