"""Changing the tenant's configuration: custom fields, settings, periods, reason codes, the chart of accounts.

Each change is one transaction that counts the revision and writes an entry: who, when, what was before and
what is now. The row that counts revisions is locked first, so that a change waits for the calls that rely on
what it changes, and calls that come later see it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gateway.contract.catalog import CONTRACT, CUSTOM_SUFFIXES, custom_field
from gateway.contract.fields import Field, WireType
from gateway.engine.periods import AccountingPeriod, PeriodStatus
from gateway.service import masterdata
from gateway.service.callers import Permission
from gateway.service.failures import InvalidArgument
from gateway.service.masterdata import checked_name
from gateway.service.ports import Store, Transaction
from gateway.service.tenant import Configuration

MAX_CUSTOM_FIELDS = 50
"""Of one object: each is a join in a query that names it, of which MariaDB makes at most 61."""

MAX_NAME_CHARACTERS = 64
MAX_STRING_CHARACTERS = 255
"""What the database keeps of a custom field's name and of its text."""

CUSTOM_TYPES = (
    WireType.STRING,
    WireType.DECIMAL,
    WireType.BOOLEAN,
    WireType.DATE,
    WireType.DATE_TIME,
)

_NAME = re.compile(f"[A-Za-z][A-Za-z0-9_]*(?:{'|'.join(CUSTOM_SUFFIXES)})")


class Administering:
    """The use cases of whoever administers the gateway.

    Args:
        store: Where the configuration is kept.
        clock: Gives the present moment, aware.
        who: Whom the entries name.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], who: str = "command line") -> None:
        self._store = store
        self._clock = clock
        self._who = who

    def _change(self, action: str, change: Callable[[Transaction, Configuration], Any]) -> None:
        """Run a change; what it returns is told in the entry."""

        def work(tx: Transaction) -> None:
            tx.count_revision()
            detail = change(tx, tx.configuration())
            tx.add_configuration_entry(
                self._clock(), self._who, action, json.dumps(detail, ensure_ascii=False, default=str)
            )

        self._store.write(work)

    # Settings

    def change_setting(self, name: str, text: str) -> None:
        """Change one of the tenant's settings.

        Raises:
            InvalidArgument: There is no such setting, or this is no value of it.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            before = configuration.settings
            after = before.with_text(name, text)
            tx.save_setting(name, after.texts()[name])
            return {name: [before.texts()[name], after.texts()[name]]}

        self._change("settings set", change)

    # Accounting periods

    def add_period(self, name: str, start_date: date, end_date: date) -> None:
        """Add an open accounting period before the first or behind the last.

        Raises:
            InvalidArgument: Its name is in use or none, or it leaves a gap.
        """
        period = AccountingPeriod(checked_name("period", name), start_date, end_date)

        def change(tx: Transaction, configuration: Configuration) -> Any:
            masterdata.add_period(configuration.periods, period)
            tx.save_periods([period])
            return {"name": period.name, "start_date": start_date, "end_date": end_date}

        self._change("periods add", change)

    def change_period(self, name: str, status: PeriodStatus) -> None:
        """Close a period, reopen it, or set it to pending close.

        Raises:
            InvalidArgument: There is none of this name, or the order of closing forbids it.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            masterdata.change_period(configuration.periods, name, status)
            before = next(period for period in configuration.periods if period.name == name)
            tx.save_periods([replace(before, status=status)])
            return {"name": name, "status": [before.status, status]}

        self._change("periods change", change)

    # Reason codes

    def add_reason_code(self, code: str, *, is_default: bool = False) -> None:
        """Add a reason code, or take a retired one back into use.

        Raises:
            InvalidArgument: It is longer than the contract's field, empty, or in use.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            known = configuration.reason_codes_by_name
            changed = masterdata.add_reason_code(known, code, is_default=is_default)
            tx.save_reason_codes(changed)
            return {"code": changed[0].code, "is_default": is_default}

        self._change("reasons add", change)

    def retire_reason_code(self, code: str) -> None:
        """Let no new adjustment have this reason code; those that have it keep it.

        Raises:
            InvalidArgument: There is none, or it is the default.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            known = configuration.reason_codes_by_name
            tx.save_reason_codes(masterdata.retire_reason_code(known, code))
            return {"code": code, "active": [known[code].active, False]}

        self._change("reasons retire", change)

    def choose_default_reason_code(self, code: str) -> None:
        """Give adjustments without a reason code this one.

        Raises:
            InvalidArgument: There is no active one of this name.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            known = configuration.reason_codes_by_name
            tx.save_reason_codes(masterdata.choose_default_reason_code(known, code))
            before = [reason.code for reason in configuration.reason_codes if reason.is_default]
            return {"default": [*before, code]}

        self._change("reasons default", change)

    # Chart of accounts

    def add_accounting_code(self, code: str, type_: str | None = None) -> None:
        """Add an account to the chart, or take an inactive one back into use.

        Raises:
            InvalidArgument: It is too long, empty, or in use.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            added = masterdata.add_accounting_code(configuration.accounting_codes_by_name, code, type_)
            tx.save_accounting_codes([added])
            return {"code": added.code, "type": type_}

        self._change("accounts add", change)

    def close_accounting_code(self, code: str) -> None:
        """Let no new adjustment name this account; those that name it keep it.

        Raises:
            InvalidArgument: There is no active one of this name.
        """

        def change(tx: Transaction, configuration: Configuration) -> Any:
            closed = masterdata.close_accounting_code(configuration.accounting_codes_by_name, code)
            tx.save_accounting_codes([closed])
            return {"code": code, "active": [True, False]}

        self._change("accounts close", change)

    # Users

    def change_user(
        self,
        name: str,
        *,
        allow: Permission | None = None,
        forbid: Permission | None = None,
        active: bool | None = None,
    ) -> None:
        """Change what a user may do, or whether the user may log in; what is None stays.

        Raises:
            InvalidArgument: There is no such user.
        """

        def change(tx: Transaction, _: Configuration) -> Any:
            user = tx.user_named(name)
            if user is None:
                raise InvalidArgument(f"There is no user {name[:80]!r}.")
            permissions = (user.permissions | ({allow} if allow else set())) - ({forbid} if forbid else set())
            becomes = replace(user, permissions=permissions, active=user.active if active is None else active)
            tx.save_user(becomes)
            return {
                "user": name,
                "permissions": [sorted(user.permissions), sorted(becomes.permissions)],
                "active": [user.active, becomes.active],
            }

        self._change("users change", change)

    # Custom fields

    def add_field(self, object_name: str, name: str, wire_type: WireType, length: int | None = None) -> Field:
        """Declare a field of an object that is created here.

        Args:
            object_name: InvoiceItemAdjustment or InvoiceAdjustment.
            name: Ends with ``__c`` or ``__NS``.
            wire_type: One of CUSTOM_TYPES.
            length: The most characters of a string, at most 255; only strings have one.

        Raises:
            InvalidArgument: The object, the name, the type or the length is none that a custom field may
                have, the name is in use in any case, or the object has as many as it may.
        """
        _check_object(object_name)
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME_CHARACTERS:
            raise InvalidArgument(
                f"{name[:80]!r} is no name of a custom field: letters, digits and underscores, at most "
                f"{MAX_NAME_CHARACTERS}, with {' or '.join(CUSTOM_SUFFIXES)} at the end."
            )
        if wire_type not in CUSTOM_TYPES:
            raise InvalidArgument(f"A custom field cannot be of the type {wire_type.value}.")
        if wire_type is not WireType.STRING and length is not None:
            raise InvalidArgument(f"A {wire_type.value} has no length.")
        if wire_type is WireType.STRING:
            length = MAX_STRING_CHARACTERS if length is None else length
            if not 1 <= length <= MAX_STRING_CHARACTERS:
                raise InvalidArgument(f"A string has a length of 1 to {MAX_STRING_CHARACTERS}.")
        field = custom_field(name, wire_type, length)

        def change(tx: Transaction, configuration: Configuration) -> Any:
            names = [
                other.name for object_, other in configuration.catalog.declared if object_ == object_name
            ]
            if name.lower() in [other.lower() for other in names]:
                raise InvalidArgument(f"{object_name} has a field {name} already.")
            if len(names) >= MAX_CUSTOM_FIELDS:
                raise InvalidArgument(f"{object_name} has {MAX_CUSTOM_FIELDS} custom fields already.")
            tx.add_custom_field(object_name, field, self._clock())
            return {"object": object_name, "name": name, "type": wire_type.value, "length": length}

        self._change("fields add", change)
        return field

    def remove_field(self, object_name: str, name: str) -> None:
        """Take a declaration back that no record has a value for.

        Raises:
            InvalidArgument: There is no such field, or records have values in it.
        """
        _check_object(object_name)

        def change(tx: Transaction, configuration: Configuration) -> Any:
            declared = [(object_, field.name) for object_, field in configuration.catalog.declared]
            if (object_name, name) not in declared:
                raise InvalidArgument(f"{object_name} has no custom field {name[:80]!r}.")
            if tx.is_custom_field_used(object_name, name):
                raise InvalidArgument(
                    f"{object_name}.{name} has values: it stays, because nothing recorded is taken away."
                )
            tx.remove_custom_field(object_name, name)
            return {"object": object_name, "name": name}

        self._change("fields remove", change)


def _check_object(object_name: str) -> None:
    names = [object_type.name for object_type in CONTRACT.objects if object_type.creatable]
    if object_name not in names:
        raise InvalidArgument(f"Custom fields are of {' or '.join(names)}, not of {object_name[:80]!r}.")
