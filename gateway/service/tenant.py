"""The tenant: its settings, and what its accountants and administrators keep.

All of it is in the database, so that every process of a gateway follows the same. What concerns a machine or
a process (addresses, threads, the database itself) stands in the environment: ``gateway.settings``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta, tzinfo
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.engine import MasterData, ReasonCodes
from gateway.engine.periods import Periods
from gateway.service.failures import InvalidArgument

MOST_RECORDS = 10_000
"""SQLite takes 32,766 values in a statement by default, PostgreSQL 65,535; a record may bind three."""

MOST_IN_A_SET = 1_000_000
MOST_IDEMPOTENCY_DAYS = 3_650
"""Above these a number is a slip of the pen."""


def _setting(default: Any, meaning: str, most: int | None = None) -> Any:
    return field(default=default, metadata={"meaning": meaning, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """What an administrator can change. Each field's metadata has its meaning."""

    counter_adjustments: bool = _setting(
        True,  # a setting's default
        "Whether an adjustment away from zero may give back earlier ones.",
    )
    revenue_integration: bool = _setting(
        False,
        "Whether billing is integrated with revenue accounting: only then may "
        "ExcludeItemBillingFromRevenueAccounting be true.",
    )
    tax_follows_line: bool = _setting(
        False,
        "Whether an adjustment of an invoice item brings those of its taxes along, in proportion. Not on "
        "SOAP and the legacy's REST paths, whose callers send tax records themselves.",
    )
    strict: bool = _setting(
        False,
        "Whether unknown fields and fields that cannot be given (INVALID_FIELD) and amounts finer than their "
        "currency (INVALID_VALUE) are refused. The legacy drops the ones and rounds the others in silence. A "
        "caller asks for it in one call with the HTTP header X-Gateway-Strict: true.",
    )
    all_errors: bool = _setting(
        False,
        "Whether a refused record names all that is wrong with it. The legacy names the first, and clients "
        "read one Errors differently from two. A caller asks for it in one call with the HTTP header "
        "X-Gateway-All-Errors: true.",
    )
    time_zone: str = _setting(
        "UTC",
        "The tenant's time zone (an IANA name): it gives a dateTime its day, answers their offset, and says "
        "which day today is.",
    )
    max_records: int = _setting(
        50,
        "Objects in one create, update or delete. 50 is the legacy's limit, a higher one saves round trips; "
        "databases bound the values of a statement.",
        MOST_RECORDS,
    )
    max_set: int = _setting(
        50_000,
        "Adjustments that are judged together as one set; a larger set is judged piece by piece. A piece is "
        "one transaction and is held in memory.",
        MOST_IN_A_SET,
    )
    idempotency_days: int = _setting(
        7, "How long an Idempotency-Key and its answer are kept.", MOST_IDEMPOTENCY_DAYS
    )

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def idempotency_life(self) -> timedelta:
        """How long an idempotency key is kept."""
        return timedelta(days=self.idempotency_days)

    def texts(self) -> dict[str, str]:
        """Return every setting as it is written."""
        return {setting.name: _write(getattr(self, setting.name)) for setting in fields(self)}

    def with_text(self, name: str, text: str) -> Self:
        """Return these settings with one changed.

        Raises:
            InvalidArgument: There is no such setting, or this is no value of it.
        """
        setting = next((setting for setting in fields(self) if setting.name == name), None)
        if setting is None:
            known = ", ".join(setting.name for setting in fields(self))
            raise InvalidArgument(f"There is no setting {name[:60]!r}; there are {known}.")
        return replace(self, **{name: _read(name, text, type(setting.default), setting.metadata["most"])})


def read_tenant_settings(texts: Mapping[str, str]) -> TenantSettings:
    """Return the settings of these texts; what they do not name has its default."""
    settings = TenantSettings()
    for name, text in texts.items():
        settings = settings.with_text(name, text)
    return settings


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """A reason code as accountants keep it."""

    code: str
    active: bool = True
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class AccountingCode:
    """An account of the chart of accounts."""

    code: str
    type: str | None = None
    active: bool = True


@dataclass(frozen=True)
class Configuration:
    """What a call needs to know of the tenant.

    Attributes:
        revision: How often it was changed before.
    """

    revision: int = 0
    catalog: Catalog = CONTRACT
    settings: TenantSettings = TenantSettings()
    periods: Periods = ()
    reason_codes: tuple[ReasonCode, ...] = ()
    accounting_codes: tuple[AccountingCode, ...] = ()

    @cached_property
    def reason_codes_by_name(self) -> dict[str, ReasonCode]:
        """The reason codes, retired ones too."""
        return {reason.code: reason for reason in self.reason_codes}

    @cached_property
    def accounting_codes_by_name(self) -> dict[str, AccountingCode]:
        """The chart of accounts, closed ones too."""
        return {account.code: account for account in self.accounting_codes}

    @cached_property
    def master(self) -> MasterData:
        """What the engine needs of the tenant's accountants."""
        default = next((code.code for code in self.reason_codes if code.is_default), None)
        active = frozenset(code.code for code in self.reason_codes if code.active)
        return MasterData(
            periods=self.periods,
            # Without any, nobody keeps them.
            reason_codes=ReasonCodes(active, default) if self.reason_codes else None,
            accounting_codes=frozenset(code.code for code in self.accounting_codes if code.active),
        )


NOTHING_CONFIGURED = Configuration()
"""What holds before anything is changed, reason codes apart."""


def _write(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str, text: str, kind: type, most: int | None) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise InvalidArgument(f"{name} is true or false, not {text[:60]!r}.")
        return text.lower() == "true"
    if kind is int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= (most or number):
            raise InvalidArgument(f"{name} is a whole number from 1 to {most}, not {text[:60]!r}.")
        return number
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidArgument(
            f"{name} is an IANA time zone such as Europe/Berlin, not {text[:60]!r}."
        ) from error
