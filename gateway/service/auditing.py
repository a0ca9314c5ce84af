"""The audit trail: what each entry tells, and the chain that proves that none was changed, added or taken.

The entries of one invoice form a chain: each has its place, counted from 1, and a hash over the hash before
it and all that it says; the invoice's row has the last of both. Writers of different invoices therefore
never wait for each other, and those of one invoice hold its lock already.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring, encode_basestring_ascii
from operator import attrgetter
from typing import Any

from gateway.contract.lexical import write_decimal
from gateway.engine import Adjustment, AdjustmentStatus, AdjustmentType, SourceType, Stamp
from gateway.engine.values import value
from gateway.service.calls import Call
from gateway.service.pages import in_pages
from gateway.service.ports import AuditEntry

IMPORT = "import"
"""The action of what a file brought; every other one is of a change that was made here."""

_CUSTOM = "custom"
TOLD = tuple(field.name for field in fields(Adjustment) if field.name != _CUSTOM)
"""What an entry tells of an adjustment, beside the values of the tenant's own fields."""


@value
class Head:
    """The end of an invoice's chain: how many entries it has, and the hash of the last.

    Attributes:
        id: The invoice's.
    """

    id: str
    audit_seq: int = 0
    audit_hash: str = ""


@value
class Link:
    """An entry in its place in its invoice's chain."""

    entry: AuditEntry
    seq: int
    hash: str


def entries_of_new(call: Call, stamp: Stamp, made: Iterable[tuple[Adjustment, str]]) -> Iterator[AuditEntry]:
    """Give the entries of adjustments that were made, each with its amount as it was sent.

    Nobody sends the amount of a reversal or of a tax that follows its line: it is empty.
    """
    by_whom = _by_whom(call, stamp)
    for page in in_pages(made):
        texts = written([adjustment for adjustment, _ in page])
        for (adjustment, amount), after in zip(page, texts, strict=True):
            sent = f', "amount_as_sent": {encode_basestring(amount)}' if amount else ""
            yield AuditEntry(*by_whom, adjustment.invoice_id, adjustment.id, f'{{"after": {after}{sent}}}')


def entry_of_change(call: Call, stamp: Stamp, before: Adjustment, after: Adjustment) -> AuditEntry:
    """Return the entry of an update: what changed, as it was and as it is."""
    was, becomes = told(before), told(after)
    differing = {"before": _differing(was, becomes), "after": _differing(becomes, was)}
    return _entry(call, stamp, after, _json(differing))


def entry_of_deletion(call: Call, stamp: Stamp, adjustment: Adjustment) -> AuditEntry:
    """Return the entry of an adjustment that was deleted."""
    (before,) = written([adjustment])
    return _entry(call, stamp, adjustment, f'{{"before": {before}}}')


def _entry(call: Call, stamp: Stamp, adjustment: Adjustment, detail: str) -> AuditEntry:
    return AuditEntry(*_by_whom(call, stamp), adjustment.invoice_id, adjustment.id, detail)


def _by_whom(call: Call, stamp: Stamp) -> tuple[datetime, str, str, str, str]:
    """Return what all entries of a call begin with."""
    return stamp.at, stamp.user_id, call.caller.door, call.caller.request_id, call.operation


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def told(adjustment: Adjustment) -> dict[str, Any]:
    """Return an adjustment as an entry tells it: plain JSON, what is null left out."""
    values = {
        name: _plain(getattr(adjustment, name)) for name in TOLD if getattr(adjustment, name) is not None
    }
    custom = {name: _plain(value) for name, value in adjustment.custom.items() if value is not None}
    return values | ({_CUSTOM: custom} if custom else {})


_GETTERS = {name: attrgetter(name) for name in sorted(TOLD)}


def written(adjustments: Sequence[Adjustment]) -> list[str]:
    """Return what is told of each adjustment as JSON with its keys in order.

    A bulk job tells of a million: field by field, each value is written once, with the encoder's own way of
    writing a string, and most adjustments of a page have most values in common.
    """
    if any(adjustment.custom for adjustment in adjustments):
        return [_json(told(adjustment)) for adjustment in adjustments]
    columns: list[list[str]] = []
    same = ""  # what all have between the last column and the next
    for name, get in _GETTERS.items():
        values = list(map(get, adjustments))
        distinct = set(values)
        if len(distinct) == 1:
            same += _member(name, distinct.pop())
            continue
        members = {value: same + _member(name, value) for value in distinct}
        columns.append(list(map(members.__getitem__, values)))
        same = ""
    columns.append([same] * len(adjustments))
    return [f"{{{members[:-2]}}}" for members in map("".join, zip(*columns, strict=True))]


def _member(name: str, value: Any) -> str:
    return "" if value is None else f'"{name}": {_WRITERS[type(value)](value)}, '


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a decimal plainly, a moment in UTC to the millisecond."""
    if isinstance(value, Decimal):
        return write_decimal(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else value


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    AdjustmentStatus: encode_basestring,
    AdjustmentType: encode_basestring,
    SourceType: encode_basestring,
    Decimal: lambda value: f'"{write_decimal(value)}"',
    bool: lambda value: "true" if value else "false",
    date: lambda value: f'"{_plain(value)}"',
    datetime: lambda value: f'"{_plain(value)}"',
}
"""What writes the values of an adjustment as JSON, by their type."""


def _differing(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that differ from the others; one that only the others have is null."""
    differing: dict[str, Any] = {
        name: values.get(name)
        for name in {*values, *others} - {_CUSTOM}
        if values.get(name) != others.get(name)
    }
    custom, other_custom = values.get(_CUSTOM, {}), others.get(_CUSTOM, {})
    if custom != other_custom:
        differing[_CUSTOM] = _differing(custom, other_custom)
    return differing


def applied(state: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of an adjustment once an update's ``after`` is told too."""
    becomes = {**state, **changes}
    if _CUSTOM in changes:
        becomes[_CUSTOM] = applied(state.get(_CUSTOM, {}), changes[_CUSTOM])
    return {name: value for name, value in becomes.items() if value not in (None, {})}


def chain(entries: Iterable[AuditEntry], heads: Mapping[str, Head]) -> tuple[list[Link], list[Head]]:
    """Put new entries, in order, behind the heads of their invoices' chains.

    Args:
        entries: Of any invoices.
        heads: By the invoice's Id; each entry's invoice is there.

    Returns the links, in the order of the entries, and the heads that moved.
    """
    links: list[Link] = []
    moved: dict[str, Link] = {}
    for entry in entries:
        last = moved.get(entry.invoice_id)
        if last is None:
            head = heads[entry.invoice_id]
            seq, previous = head.audit_seq + 1, head.audit_hash
        else:
            seq, previous = last.seq + 1, last.hash
        link = moved[entry.invoice_id] = Link(entry, seq, entry_hash(previous, seq, entry))
        links.append(link)
    return links, [Head(invoice_id, link.seq, link.hash) for invoice_id, link in moved.items()]


def entry_hash(previous: str, seq: int, entry: AuditEntry) -> str:
    """Return an entry's hash: hexadecimal SHA-256 over the hash before it and a JSON array of its values.

    The array is ASCII without blanks: the hash before, the invoice's Id, the place, the moment, the user's
    Id, the door, the request's Id, the action, the adjustment's Id, the detail. Anybody can recompute it.
    """
    by_whom = _written_by_whom(entry.at, entry.user_id, entry.door, entry.request_id, entry.action)
    text = (
        f"[{_ascii(previous)},{_ascii(entry.invoice_id)},{seq},{by_whom},"
        f"{_ascii(entry.adjustment_id)},{_ascii(entry.detail)}]"
    )
    return sha256(text.encode("ascii")).hexdigest()


_ascii = encode_basestring_ascii


@lru_cache(100)
def _written_by_whom(at: datetime, *names: str) -> str:
    """Return what the entries of one call have in common, as the array has it."""
    return ",".join(map(_ascii, (_plain(at), *names)))
