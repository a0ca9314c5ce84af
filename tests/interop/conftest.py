"""What the tests with clients in other languages share: one served gateway, and the WSDLs to build from."""

import re
from urllib.request import urlopen

import pytest

from support.clients import served_programs
from support.real_wsdls import real_wsdl


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    with served_programs(tmp_path_factory.mktemp("clients")) as programs:
        yield programs


@pytest.fixture(scope="session")
def our_wsdl(programs, tmp_path_factory):
    path = tmp_path_factory.mktemp("wsdl") / "ours.wsdl"
    with urlopen(f"{programs.endpoint}?wsdl") as answer:
        path.write_bytes(answer.read())
    return path


@pytest.fixture(scope="session")
def legacys_wsdl(programs, tmp_path_factory):
    """The legacy's own, with only the endpoint's address replaced."""
    path = tmp_path_factory.mktemp("wsdl") / "legacys.wsdl"
    text = real_wsdl("78.0").read_text(encoding="utf-8")
    text, replaced = re.subn('(<soap:address location=)"[^"]*"', rf'\1"{programs.endpoint}"', text)
    assert replaced == 1
    path.write_text(text, encoding="utf-8")
    return path
