"""docs/json.md's examples, run as they stand against a gateway on loopback; and a program's calls."""

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from support.builders import an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import PASSWORD, USER, a_gateway
from support.json_calls import A_CREDIT, ITEM_PATH
from support.served import a_served_gateway

DOCUMENT = Path(__file__).parents[2] / "docs/json.md"
BLOCKS = re.findall(r"```(sh|json)\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
END = "-- end of a block --"


@pytest.fixture
def url(tmp_path):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url) as gateway:
        put(gateway.store, an_invoice(), an_item())
        gateway.gateway.sessions.add_user("ann@example.com", PASSWORD)
    return url


def without_ids(text):
    return re.sub("[0-9a-f]{32}", "(Id)", text)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_answer_what_the_document_says(url, tmp_path):
    script = "".join(f"{text}\necho; echo '{END}'\n" for kind, text in BLOCKS if kind == "sh")
    with a_served_gateway(url, tmp_path) as served:
        variables = {
            "GATEWAY_DATABASE_URL": url,
            "URL": served.endpoint.removesuffix("/apps/services/a/78.0"),
            "PASSWORD": PASSWORD,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        ran = subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=tmp_path,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    printed = iter(ran.stdout.split(f"\n{END}\n"))
    answers = []
    for kind, text in BLOCKS:
        if kind == "sh":
            answers.append(next(printed))
        else:
            # curl ends no line; a block of several calls answers them one behind the other.
            assert without_ids(answers[-1]) == without_ids(text.replace("\n", ""))
    assert len(answers) == 8


@pytest.mark.parametrize("database", DATABASES)
def test_a_program_calls_over_a_socket_with_a_token(database, tmp_path):
    url = database_url(database, tmp_path)
    with a_gateway(url) as gateway:
        put(gateway.store, an_invoice(), an_item())
        client_id, secret = gateway.gateway.clients.add(USER, "program")
    with a_served_gateway(url, tmp_path) as served, requests.Session() as http:
        address = served.endpoint.removesuffix("/apps/services/a/78.0")
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        token = http.post(f"{address}/oauth/token", data=form, timeout=60).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        made = http.post(f"{address}{ITEM_PATH}", json=A_CREDIT, timeout=60).json()
        shown = http.get(f"{address}{ITEM_PATH}/{made['Id']}", timeout=60).json(parse_float=Decimal)
        assert (shown["Amount"], shown["Type"]) == (10, "Credit")
        unknown = http.patch(f"{address}{ITEM_PATH}/{made['Id']}", timeout=60)
        assert (unknown.status_code, unknown.headers["Allow"]) == (405, "GET, PUT, DELETE")
        refused = http.post(f"{address}/v1/action/create", data=b"x" * 20_000_000, timeout=60)
        assert (refused.status_code, refused.json()["FaultCode"]) == (413, "INVALID_VALUE")
    log = (tmp_path / "serve.log").read_text()
    assert "/oauth/token" in log
    assert token not in log
    assert secret not in log
