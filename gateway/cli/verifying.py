"""``gateway verify`` and ``gateway audit``: the proof of the books, and the story of one adjustment."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC

import click

from gateway.bootstrap import open_gateway, require_current_database
from gateway.service.failures import Failure, InvalidArgument
from gateway.service.telling import Chapter, Story
from gateway.service.verifying import Progress
from gateway.settings import Settings

COULD_NOT_RUN = 2


@click.command("verify")
@click.pass_obj
def verify_command(settings: Settings) -> None:
    """Recompute every balance and the audit chain from the adjustments, as they are at one moment.

    Prints a line for each difference: object, Id, field, what is stored and what it should be. Nothing is
    changed, and nobody waits. docs/operating.md says what each line means.

    Exit codes: 0 no difference, 1 differences, 2 it could not be run.

    \b
    Example, every night:
      gateway verify || mail -s "The books do not add up" accounting@example.com
    """  # noqa: D301  # \b keeps click from filling the example
    began = time.monotonic()
    try:
        require_current_database(settings)
        with open_gateway(settings) as gateway:
            proof = gateway.verifying.verify(lambda difference: click.echo(str(difference)), _shown())
    except Failure as failure:
        click.echo(f"gateway: {failure.message}", err=True)
        sys.exit(COULD_NOT_RUN)
    counts = ", ".join(f"{count:,} {name}" for name, count in proof.counts.items())
    found = f"{proof.differences:,} difference{'s' if proof.differences != 1 else ''}"
    _forget_progress()
    click.echo(f"Proved {counts} in {time.monotonic() - began:.1f} s: {found}.", err=True)
    if proof.differences:
        sys.exit(1)


def _shown() -> Callable[[Progress], None]:
    """Give what shows progress: a line that is written over on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(progress: Progress) -> None:
        click.echo(f"\r\x1b[K{progress.object_name} {progress.rows:,}", nl=False, err=True)

    return show


def _forget_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)


@click.command("audit")
@click.argument("adjustment")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each entry instead of text.")
@click.pass_obj
def audit_command(settings: Settings, adjustment: str, *, as_json: bool) -> None:
    """Tell the story of ADJUSTMENT (its Id or number), also of a deleted one.

    For each change: when, what, who, through which door, in which request, the amount as it was sent, every
    field before and after, and whether the entry still stands in its invoice's chain as it was written.

    Exit codes: 0 told and intact, 1 an entry is not as it was written or there is no such adjustment,
    2 wrong usage.

    \b
    Examples:
      gateway audit IIA-00000001
      gateway audit --json 8a90a0b3000000000000000000000007
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        try:
            story = gateway.telling.tell(adjustment)
        except InvalidArgument as failure:
            raise click.ClickException(failure.message) from failure
    for chapter in story.chapters:
        click.echo(_as_json(story, chapter) if as_json else _as_text(chapter))
    if not as_json:
        for reversal in story.reversals:
            click.echo(
                f"Reversed by {reversal.number} ({reversal.id}): {reversal.amount:f}, {reversal.status}."
            )
    if any(chapter.is_intact is False for chapter in story.chapters):
        sys.exit(1)


def _as_text(chapter: Chapter) -> str:
    entry = chapter.told.entry
    at = entry.at.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")
    lines = [f"{at}  {entry.action} by {chapter.told.user}, {entry.door}, request {entry.request_id}"]
    if chapter.amount_as_sent:
        lines.append(f"  amount as sent: {chapter.amount_as_sent}")
    for change in chapter.changes:
        if change.before is None:
            lines.append(f"  {change.name}: {change.after}")
        else:
            becomes = "gone" if change.after is None else change.after
            lines.append(f"  {change.name}: {change.before} -> {becomes}")
    lines.append(f"  {_standing(chapter)}")
    return "\n".join(lines)


def _standing(chapter: Chapter) -> str:
    link = chapter.told.link
    if link is None:
        return "written before entries were chained"
    place = f"entry {link.seq} of invoice {link.entry.invoice_id}"
    return f"{place}, {'intact' if chapter.is_intact else 'NOT as it was written'}"


def _as_json(story: Story, chapter: Chapter) -> str:
    entry, link = chapter.told.entry, chapter.told.link
    return json.dumps(
        {
            "adjustment_id": story.adjustment_id,
            "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "action": entry.action,
            "user": chapter.told.user,
            "door": entry.door,
            "request_id": entry.request_id,
            "amount_as_sent": chapter.amount_as_sent or None,
            "changes": [[change.name, change.before, change.after] for change in chapter.changes],
            "invoice_id": link.entry.invoice_id if link else None,
            "seq": link.seq if link else None,
            "intact": chapter.is_intact,
        },
        ensure_ascii=False,
    )
