"""Calls of the long runs: what is asked, the envelopes, and what was answered."""

import http.client
import re
import time
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import unescape

from endurance.world import Billed
from support.gateways import PASSWORD, USER, a_z_object, an_envelope

VERSION = "91.0"
"""LOCK_COMPETITION has its own code from 61 on."""

ANSWER_S = 120
RULES = {
    "Adjustment amount cannot be": "amount zero",
    "The adjustment date": "date before the invoice's",
    "The Invoice Item can only": "toward zero",
    "Adjustment amount is out of range": "range",
    "You can not adjust the invoice balance": "window: across zero",
    "The Invoice balance can only": "window: away from zero",
    "The adjustment number": "number in use",
    "There is no invoice item adjustment": "unknown adjustment",
    "A live adjustment reverses": "reversal linked",
    "There is nothing left": "nothing to reverse",
    "Canceling would bring": "source leaves its range",
    "Only a canceled": "not canceled",
    "Nothing was done: another record": "single transaction",
}


@dataclass(frozen=True)
class Wish:
    """One record of a call: a new adjustment of a source, or what is to become of one that exists.

    Attributes:
        signed: What it adds to the source's balance, as sent.
        id: Of the adjustment that exists.
    """

    invoice: str
    source: Billed | None = None
    signed: Decimal = Decimal(0)
    day: date | None = None
    number: str | None = None
    reference: str = ""
    id: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a record was answered: the Id, or the rule that refused it."""

    id: str | None
    code: str = ""
    rule: str = ""

    @property
    def done(self) -> bool:
        return not self.code


@dataclass
class Call:
    """What was asked and, once answered, how: an outcome for each wish, or a fault's code.

    Attributes:
        sent: How often it was sent until it was answered.
    """

    operation: str
    wishes: list[Wish]
    key: str
    single: bool = False
    began: float = 0.0
    ended: float = 0.0
    outcomes: list[Outcome] = field(default_factory=list)
    fault: str = ""
    sent: int = 0
    replayed: bool = False


def rule_of(code: str, message: str) -> str:
    """Return what this run calls the rule of a refusal."""
    if code == "ACCOUNTING_PERIOD_CLOSED":
        return "period closed"
    return next((name for words, name in RULES.items() if message.startswith(words)), f"{code} {message}")


def operation_of(call: Call) -> str:
    """Return the element of a call."""
    if call.operation == "delete":
        ids = "".join(f"<ns1:ids>{wish.id}</ns1:ids>" for wish in call.wishes)
        return f"<ns1:delete><ns1:type>InvoiceItemAdjustment</ns1:type>{ids}</ns1:delete>"
    if call.operation == "cancel":
        records = "".join(a_z_object(Id=wish.id, Status="Canceled") for wish in call.wishes)
        return f"<ns1:update>{records}</ns1:update>"
    return f"<ns1:create>{''.join(map(record_of, call.wishes))}</ns1:create>"


def record_of(wish: Wish) -> str:
    assert wish.source is not None, "a new adjustment is one of a source"
    assert wish.day is not None, "and of a day"
    fields = {
        "AdjustmentDate": wish.day.isoformat(),
        "Amount": str(abs(wish.signed)),
        "InvoiceId": wish.invoice,
        "ReferenceId": wish.reference,
        "SourceId": wish.source.id,
        "SourceType": wish.source.type.value,
        "Type": "Credit" if wish.signed < 0 else "Charge",
    }
    return a_z_object(**fields | ({"AdjustmentNumber": wish.number} if wish.number else {}))


class SoapCaller:
    """A lean SOAP client with one connection and one session."""

    def __init__(self, endpoint: str, session: str = "") -> None:
        parts = urlsplit(endpoint)
        self._path = re.sub(r"[0-9.]+$", VERSION, parts.path)
        self._http = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=ANSWER_S)
        self.session = session or self._log_in()

    def _log_in(self) -> str:
        login = f"<ns1:username>{USER}</ns1:username><ns1:password>{PASSWORD}</ns1:password>"
        _, text = self._post(an_envelope(f"<ns1:login>{login}</ns1:login>"))
        return re.findall("<ns1:Session>(.*?)<", text)[0]

    def send(self, call: Call) -> None:
        """Send a call once and keep its answer in it.

        Raises:
            OSError, http.client.HTTPException: It was not answered.
        """
        header = (
            "<ns1:CallOptions><ns1:useSingleTransaction>true</ns1:useSingleTransaction></ns1:CallOptions>"
        )
        envelope = an_envelope(operation_of(call), self.session, header if call.single else "")
        call.began = call.began or time.monotonic()
        call.sent += 1
        headers, text = self._post(envelope, call.key)
        call.ended = time.monotonic()
        call.replayed = headers.get("Idempotent-Replayed") == "true"
        fault = re.search("<(?:fns:)?FaultCode>(.*?)<", text)
        call.fault = fault[1] if fault else ""
        call.outcomes = [] if fault else outcomes_in(text)
        assert call.fault or len(call.outcomes) == len(call.wishes), text

    def _post(self, envelope: str, key: str = "") -> tuple[Any, str]:
        headers = {"Content-Type": "text/xml; charset=utf-8"} | ({"Idempotency-Key": key} if key else {})
        try:
            self._http.request("POST", self._path, envelope.encode(), headers)
            answer = self._http.getresponse()
            return answer.headers, answer.read().decode()
        except BaseException:
            self._http.close()
            raise

    def close(self) -> None:
        self._http.close()


def outcomes_in(text: str) -> list[Outcome]:
    """Read the results of create, update or delete, whose elements differ in case alone."""
    outcomes = []
    for result in re.findall("<ns1:result[ >].*?</ns1:result>|<ns1:result/>", text, re.DOTALL):
        found = {
            name: re.search(f"<ns1:{name}>(.*?)<", result, re.IGNORECASE)
            for name in ("Id", "Code", "Message")
        }
        told = {
            name: unescape(match[1], {"&apos;": "'", "&quot;": '"'}) for name, match in found.items() if match
        }
        code = told.get("Code", "")
        rule = rule_of(code, told.get("Message", "")) if code else ""
        outcomes.append(Outcome(told.get("Id"), code, rule))
    return outcomes
