"""Calling the JSON doors in process; whatever is answered must be a document of the right kind."""

import base64
import json
from decimal import Decimal
from typing import Any

from support.builders import INVOICE_ID, ITEM_ID
from support.gateways import PASSWORD, USER, Answer, InProcess

JSON = "application/json"
ITEM_PATH = "/v1/object/invoice-item-adjustment"
INVOICE_PATH = "/v1/object/invoice-adjustment"
A_CREDIT = {
    "AdjustmentDate": "2024-03-15",
    "Amount": 10,
    "InvoiceId": INVOICE_ID,
    "SourceId": ITEM_ID,
    "SourceType": "InvoiceDetail",
    "Type": "Credit",
}


def basic(name: str = USER, password: str = PASSWORD) -> str:
    """Return Basic credentials."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def read(answer: Answer) -> Any:
    """Read an answer's document; numbers come back as Decimals."""
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8", answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
    return json.loads(answer.body, parse_float=Decimal, parse_int=Decimal, parse_constant=None)


class JsonCaller:
    """Calls the JSON doors of a gateway in process with a bearer token, unless a header says otherwise."""

    def __init__(self, gateway: InProcess, token: str) -> None:
        self._gateway = gateway
        self._token = token

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Make a request with a body of bytes, or of a value as JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"CONTENT_TYPE": JSON, "AUTHORIZATION": f"Bearer {self._token}"} | headers
        return self._gateway.request(method, path, content, **headers)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Make a request and return its answer's status and document."""
        answer = self.send(method, path, body, **headers)
        return answer.status, read(answer)

    def action(self, name: str, **members: Any) -> Any:
        """Call an action that must be done, and return what it answers."""
        status, answered = self.call("POST", f"/v1/action/{name}", members)
        assert status == 200, answered
        return answered
