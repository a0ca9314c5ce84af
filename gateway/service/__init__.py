"""The use cases, one module for each noun: every door calls these and nothing below them."""

from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller, Permission
from gateway.service.calls import CallOptions
from gateway.service.configuration import Configurations
from gateway.service.errors import RecordError
from gateway.service.failures import Failure
from gateway.service.outcomes import Saved, SaveOutcome
from gateway.service.ports import Store
from gateway.service.querying import Querying, QueryPage
from gateway.service.records import Record
from gateway.service.sessions import Sessions

__all__ = [
    "Adjusting",
    "CallOptions",
    "Caller",
    "Configurations",
    "Failure",
    "Permission",
    "QueryPage",
    "Querying",
    "Record",
    "RecordError",
    "SaveOutcome",
    "Saved",
    "Sessions",
    "Store",
]
