"""``gateway settings``, ``periods``, ``reasons``, ``accounts``: what the tenant decides and keeps.

A gateway that is running follows each change from the next call on.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime

import click

from gateway.bootstrap import Gateway, open_gateway, require_current_database
from gateway.engine.periods import PeriodStatus
from gateway.service.tenant import TenantSettings
from gateway.settings import Settings

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@contextmanager
def _ready_gateway(settings: Settings) -> Iterator[Gateway]:
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        yield gateway


def _print_row(cells: Iterable[str]) -> None:
    click.echo("\t".join(cells))


# Settings


@click.group("settings")
def settings_group() -> None:
    """The tenant's settings."""


@settings_group.command("list")
@click.pass_obj
def list_settings_command(settings: Settings) -> None:
    """Print the settings, a line each: name, value, meaning.

    \b
    Example:
      gateway settings list
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        texts = gateway.configurations.current().settings.texts()
    for setting in fields(TenantSettings):
        _print_row((setting.name, texts[setting.name], setting.metadata["meaning"]))


@settings_group.command("set")
@click.argument("name")
@click.argument("value")
@click.pass_obj
def set_setting_command(settings: Settings, name: str, value: str) -> None:
    """Change a setting.

    \b
    Examples:
      gateway settings set time_zone Europe/Berlin
      gateway settings set counter_adjustments false
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.change_setting(name, value)
    click.echo(f"{name} is {value}.")


# Accounting periods


@click.group("periods")
def periods_group() -> None:
    """Accounting periods: a closed one takes no more adjustments."""


@periods_group.command("list")
@click.pass_obj
def list_periods_command(settings: Settings) -> None:
    """Print the periods in order, a line each: name, first day, last day, status.

    \b
    Example:
      gateway periods list
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        for period in gateway.configurations.current().periods:
            _print_row(
                (period.name, period.start_date.isoformat(), period.end_date.isoformat(), period.status)
            )


@periods_group.command("add")
@click.argument("name")
@click.argument("start", type=_DAY, metavar="FIRST_DAY")
@click.argument("end", type=_DAY, metavar="LAST_DAY")
@click.pass_obj
def add_period_command(settings: Settings, name: str, start: datetime, end: datetime) -> None:
    """Add an open period before the first or behind the last, without a gap.

    \b
    Example:
      gateway periods add "Jan '26" 2026-01-01 2026-01-31
    """  # noqa: D301  # \b keeps click from filling the example
    first, last = start.date(), end.date()
    with _ready_gateway(settings) as gateway:
        gateway.administering.add_period(name, first, last)
    click.echo(f"Added {name}, {_span(first, last)}.")


def _span(first: date, last: date) -> str:
    return f"{first} to {last}"


@periods_group.command("close")
@click.argument("name")
@click.option("--pending", is_flag=True, help="Pending close: open to whoever manages the close process.")
@click.pass_obj
def close_period_command(settings: Settings, name: str, *, pending: bool) -> None:
    """Close a period. All earlier ones must be closed.

    \b
    Examples:
      gateway periods close "Jan '26" --pending
      gateway periods close "Jan '26"
    """  # noqa: D301  # \b keeps click from filling the example
    status = PeriodStatus.PENDING_CLOSE if pending else PeriodStatus.CLOSED
    with _ready_gateway(settings) as gateway:
        gateway.administering.change_period(name, status)
    click.echo(f"{name} is {status}.")


@periods_group.command("reopen")
@click.argument("name")
@click.pass_obj
def reopen_period_command(settings: Settings, name: str) -> None:
    """Open a period again: the last closed one, or one that is pending close.

    \b
    Example:
      gateway periods reopen "Jan '26"
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.change_period(name, PeriodStatus.OPEN)
    click.echo(f"{name} is {PeriodStatus.OPEN}.")


# Reason codes


@click.group("reasons")
def reasons_group() -> None:
    """Reason codes of adjustments."""


@reasons_group.command("list")
@click.pass_obj
def list_reasons_command(settings: Settings) -> None:
    """Print the reason codes, a line each: code, active or retired, "default" for the default.

    \b
    Example:
      gateway reasons list
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        for reason in gateway.configurations.current().reason_codes:
            status = "active" if reason.active else "retired"
            _print_row((reason.code, status, "default" if reason.is_default else ""))


@reasons_group.command("add")
@click.argument("code")
@click.option("--default", "is_default", is_flag=True, help="Adjustments without a reason code get it.")
@click.pass_obj
def add_reason_command(settings: Settings, code: str, *, is_default: bool) -> None:
    """Add a reason code, or take a retired one back into use.

    \b
    Example:
      gateway reasons add "Goodwill"
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.add_reason_code(code, is_default=is_default)
    click.echo(f"Added {code}.")


@reasons_group.command("retire")
@click.argument("code")
@click.pass_obj
def retire_reason_command(settings: Settings, code: str) -> None:
    """Let no new adjustment have a reason code; those that have it keep it.

    \b
    Example:
      gateway reasons retire "Goodwill"
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.retire_reason_code(code)
    click.echo(f"Retired {code}.")


@reasons_group.command("default")
@click.argument("code")
@click.pass_obj
def default_reason_command(settings: Settings, code: str) -> None:
    """Give adjustments without a reason code this one.

    \b
    Example:
      gateway reasons default "Goodwill"
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.choose_default_reason_code(code)
    click.echo(f"{code} is the default.")


# Chart of accounts


@click.group("accounts")
def accounts_group() -> None:
    """Accounting codes. While there are any, an adjustment may name no other."""


@accounts_group.command("list")
@click.pass_obj
def list_accounts_command(settings: Settings) -> None:
    """Print the accounting codes, a line each: code, type, active or closed.

    \b
    Example:
      gateway accounts list
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        for account in gateway.configurations.current().accounting_codes:
            _print_row((account.code, account.type or "", "active" if account.active else "closed"))


@accounts_group.command("add")
@click.argument("code")
@click.option("--type", "type_", help="Such as AccountsReceivable or SalesRevenue; for people alone.")
@click.pass_obj
def add_account_command(settings: Settings, code: str, type_: str | None) -> None:
    """Add an accounting code, or take a closed one back into use.

    \b
    Example:
      gateway accounts add 4000-Subscriptions --type SalesRevenue
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.add_accounting_code(code, type_)
    click.echo(f"Added {code}.")


@accounts_group.command("close")
@click.argument("code")
@click.pass_obj
def close_account_command(settings: Settings, code: str) -> None:
    """Let no new adjustment name an accounting code; those that name it keep it.

    \b
    Example:
      gateway accounts close 4000-Subscriptions
    """  # noqa: D301  # \b keeps click from filling the example
    with _ready_gateway(settings) as gateway:
        gateway.administering.close_accounting_code(code)
    click.echo(f"Closed {code}.")
