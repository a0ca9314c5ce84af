"""``gateway jobs``: the bulk jobs there are, whoever runs them."""

import sys
from pathlib import Path

import click

from gateway.bootstrap import open_gateway, require_current_database
from gateway.cli.job_running import rewrite_results
from gateway.service.job_ports import Job
from gateway.settings import Settings


@click.group("jobs")
def jobs_group() -> None:
    """Bulk jobs: those of `gateway adjust`, `reverse` and `cancel`, on whichever machine they run."""


@jobs_group.command("list")
@click.pass_obj
def list_jobs_command(settings: Settings) -> None:
    """Print the newest 100 jobs, a line each: Id, kind, state, rows, done, refused, begun, last moved, from.

    \b
    Example:
      gateway jobs list
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        for job in gateway.jobs.newest():
            counts = (str(job.rows), str(job.made), str(job.refused))
            moments = (_written(job, "started_at"), _written(job, "updated_at"))
            click.echo("\t".join((job.id, job.kind, job.state, *counts, *moments, ", ".join(job.sources))))


@jobs_group.command("show")
@click.argument("job_id", metavar="ID")
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the job's result file again, from what the database keeps.",
)
@click.pass_obj
def show_job_command(settings: Settings, job_id: str, results: Path | None) -> None:
    """Print what is known of a job, a line each: name, value.

    A job whose process was killed stays "running" until it is resumed or canceled: its updated_at tells.

    Exit codes: 0, 1 there is no such job, or its result file is wanted and rows are not done, 2 wrong usage.

    \b
    Examples:
      gateway jobs show 8a90a0b3000000000000000000000007
      gateway jobs show 8a90a0b3000000000000000000000007 --results credits.results.csv
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        job = gateway.jobs.show(job_id)
        users = {user.id: user.name for user in gateway.sessions.users()}
        _print(job, users.get(job.user_id, job.user_id))
        if results is None:
            return
        tally, _, path = rewrite_results(gateway, job, results)
    if tally.not_done:
        click.echo(f"{tally.not_done:,} of {job.rows:,} rows are not done: {path}", err=True)
        sys.exit(1)


def _print(job: Job, user: str) -> None:
    facts = {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "user": user,
        "door": job.door,
        "from": ", ".join(job.sources),
        "options": ", ".join(f"{name}={value}" for name, value in sorted(job.options.items())),
        "rows": f"{job.rows:,}",
        "done": f"{job.made:,}",
        "refused": f"{job.refused:,}",
        "chunks": f"{job.chunks:,}",
        "started_at": _written(job, "started_at"),
        "updated_at": _written(job, "updated_at"),
        "finished_at": _written(job, "finished_at"),
    }
    for name, value in facts.items():
        click.echo(f"{name}\t{value}")


def _written(job: Job, name: str) -> str:
    moment = getattr(job, name)
    return moment.isoformat(timespec="seconds") if moment else ""


@jobs_group.command("cancel")
@click.argument("job_id", metavar="ID")
@click.pass_obj
def cancel_job_command(settings: Settings, job_id: str) -> None:
    """Let a job begin no further chunk, in whatever process or machine it runs; what is done stays.

    --resume of its own command goes on with it, `gateway reverse --job` undoes what it did.

    \b
    Example:
      gateway jobs cancel 8a90a0b3000000000000000000000007
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        job = gateway.jobs.cancel(job_id)
    click.echo(f"Canceled the job {job.id}: {job.done:,} of {job.rows:,} rows are done.")
