"""``gateway allocate`` and ``gateway write-off``: one amount over the items and taxes of an invoice."""

import re
import sys
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click

from gateway.bootstrap import Gateway, open_gateway, require_current_database
from gateway.contract.lexical import write_decimal
from gateway.engine import AdjustmentType
from gateway.engine.allocation import Strategy
from gateway.service.callers import Caller
from gateway.service.calls import CallOptions
from gateway.service.idempotency import read_key
from gateway.service.outcomes import Saved
from gateway.service.records import Record
from gateway.settings import Settings

_STRATEGIES = {
    "proportional": Strategy.PROPORTIONAL,
    "largest-first": Strategy.LARGEST_FIRST,
    "oldest-first": Strategy.OLDEST_FIRST,
}
_TYPES = {type_.lower(): type_ for type_ in AdjustmentType}
_TERMS = (
    click.option("--date", "adjustment_date", metavar="YYYY-MM-DD", help="AdjustmentDate; today by default."),
    click.option("--reason-code", help="ReasonCode; the default one when left out."),
    click.option("--reference-id", help="ReferenceId, such as a case number."),
    click.option("--comment", help="Comment."),
    click.option(
        "--user", help="In whose name, with that user's permissions; needed where there are several."
    ),
    click.option("--key", help="Idempotency-Key: the same command with the same key is done once."),
    click.option("--dry-run", is_flag=True, help="Decide and show everything, write nothing."),
)


def _with_terms(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that both commands have."""
    for option in reversed(_TERMS):
        command = option(command)
    return command


@click.command("allocate")
@click.argument("invoice")
@click.argument("amount")
@click.option(
    "--type",
    "type_",
    type=click.Choice(list(_TYPES)),
    default="credit",
    show_default=True,
    help="A credit lowers what is owed, a charge raises it.",
)
@click.option(
    "--strategy",
    type=click.Choice(list(_STRATEGIES)),
    default="proportional",
    show_default=True,
    help="In proportion to the balances, the largest ones first, or the oldest service periods first.",
)
@_with_terms
@click.pass_obj
def allocate_command(
    settings: Settings, /, invoice: str, amount: str, type_: str, strategy: str, **terms: Any
) -> None:
    """Spread AMOUNT over the items and taxes of INVOICE (its number or Id), as one transaction.

    Prints a line for each adjustment: source type, source Id, type, amount, and its number or why it was
    refused. docs/rules.md says how an amount is spread.

    Exit codes: 0 all were made, 1 something was refused or the work failed, 2 wrong usage.

    \b
    Examples:
      gateway allocate INV00000001 250.00 --comment goodwill --dry-run
      gateway allocate INV00000001 250.00 --strategy oldest-first --user ann
    """  # noqa: D301  # \b keeps click from filling the example
    asked = {"Amount": amount, "Type": _TYPES[type_]}

    def work(gateway: Gateway, caller: Caller, record: Record, options: CallOptions) -> Saved:
        return gateway.sets.allocate(caller, record, _STRATEGIES[strategy], options)

    _run(settings, invoice, asked, terms, work)


@click.command("write-off")
@click.argument("invoice")
@_with_terms
@click.pass_obj
def write_off_command(settings: Settings, /, invoice: str, **terms: Any) -> None:
    """Bring INVOICE (its number or Id) to zero by adjustments of its items and taxes, as one transaction.

    Prints and exits as `gateway allocate` does.

    \b
    Example:
      gateway write-off INV00000001 --reason-code Write-off --user ann
    """  # noqa: D301  # \b keeps click from filling the example

    def work(gateway: Gateway, caller: Caller, record: Record, options: CallOptions) -> Saved:
        return gateway.sets.write_off(caller, record, options)

    _run(settings, invoice, {}, terms, work)


def _run(
    settings: Settings,
    invoice: str,
    asked: dict[str, str],
    terms: dict[str, Any],
    work: Callable[[Gateway, Caller, Record, CallOptions], Saved],
) -> None:
    named = "InvoiceId" if re.fullmatch("[0-9a-fA-F]{32}", invoice) else "InvoiceNumber"
    values = {
        named: invoice,
        "AdjustmentDate": terms["adjustment_date"],
        "ReasonCode": terms["reason_code"],
        "ReferenceId": terms["reference_id"],
        "Comment": terms["comment"],
    }
    record = Record(asked | {name: value for name, value in values.items() if value is not None})
    options = CallOptions(dry_run=terms["dry_run"], idempotency_key=read_key(terms["key"] or ""))
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        caller = gateway.sessions.caller_named(terms["user"], door="command", request_id=uuid.uuid4().hex)
        saved = work(gateway, caller, record, options)
    _report(saved, dry_run=terms["dry_run"])


def _report(saved: Saved, *, dry_run: bool) -> None:
    made, refused = [], 0
    for outcome in saved:
        refused += bool(outcome.errors)
        why = "; ".join(f"{error.code}: {error.message}" for error in outcome.errors)
        if outcome.line is None:
            click.echo(f"gateway: {why}", err=True)
            continue
        line = outcome.line
        if not outcome.errors:
            made.append(line.amount)
        cells = (line.source_type, line.source_id, line.type, write_decimal(line.amount))
        click.echo("\t".join((*cells, why or line.number or "")))
    total = write_decimal(sum(made, Decimal(0)))
    click.echo(_summary(saved, len(made), total, refused, dry_run=dry_run), err=True)
    if refused:
        sys.exit(1)


def _summary(saved: Saved, made: int, total: str, refused: int, *, dry_run: bool) -> str:
    what = f"{made:,} adjustment{'s' if made != 1 else ''} of {total} in all"
    if dry_run:
        said = f"Nothing was written; {what} would be made."
    elif saved.replayed:
        said = f"Done before with this key: {what}."
    else:
        said = f"Made {what}."
    if refused:
        said += f" Refused: {refused:,}."
    if saved.sets > 1:
        said += f" Judged in {saved.sets} pieces, because of the setting max_set."
    return said
