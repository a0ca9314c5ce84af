"""A client of the contract, for this gateway and the legacy alike, on zeep alone.

    with Client(url, username, password) as client:
        for result in client.create(adjustments):
            print(result.id or result.errors)

It imports nothing else of the gateway, so that a caller installs no server.
"""

from gateway.client.adjustments import Adjustment, RecordError, Result
from gateway.client.client import Client, Progress
from gateway.client.failures import (
    AnswerLost,
    ApiFault,
    Busy,
    ClientError,
    HttpRefused,
    InvalidQueryLocator,
    InvalidType,
    KeysNotTaken,
    LoginRefused,
    MalformedQuery,
    NotReached,
    OutcomeUnknown,
    RecordRefused,
    SessionEnded,
)
from gateway.client.reading import quoted
from gateway.client.retrying import Retrying
from gateway.client.wire import HttpTransport, Timeouts

__all__ = [
    "Adjustment",
    "AnswerLost",
    "ApiFault",
    "Busy",
    "Client",
    "ClientError",
    "HttpRefused",
    "HttpTransport",
    "InvalidQueryLocator",
    "InvalidType",
    "KeysNotTaken",
    "LoginRefused",
    "MalformedQuery",
    "NotReached",
    "OutcomeUnknown",
    "Progress",
    "RecordError",
    "RecordRefused",
    "Result",
    "Retrying",
    "SessionEnded",
    "Timeouts",
    "quoted",
]
