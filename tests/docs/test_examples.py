"""The documents' examples, run as they stand against a gateway on the demo's data."""

import pytest

from gateway.cli.sample import write_sample
from gateway.testing import Clock, on_loopback, open_local_gateway
from support.documents import run_document

ADDRESS = "http://127.0.0.1:8080/apps/services/a/78.0"
PASSWORD = "the password that make serve prints"
USER = "demo@example.com"


@pytest.fixture
def replaced(tmp_path):
    """What a reader puts into the examples, by what stands there."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    with open_local_gateway(folder, Clock()) as local:
        write_sample(folder / "data", 1200)
        assert not local.gateway.importing.load([folder / "data"]).bad
        local.gateway.sessions.add_user(USER, PASSWORD)
        with on_loopback(local) as served:
            yield {ADDRESS: served.url}


@pytest.mark.parametrize("document", ["docs/client.md", "docs/soap-caller.md"])
def test_the_examples_do_what_they_say(document, tmp_path, replaced):
    assert run_document(document, tmp_path, replaced) > 4


def test_the_readmes_own_examples_run(tmp_path, replaced):
    assert run_document("README.md", tmp_path, replaced, languages=["python"]) == 2


def test_the_example_of_a_callers_own_tests_passes(tmp_path):
    assert run_document("docs/testing.md", tmp_path) == 1
