"""``gateway worker``: doing the chunks of distributed jobs on this machine."""

from functools import partial

import click

from gateway.bootstrap import chunk_queue, do_chunks, require_current_database
from gateway.service.failures import InvalidArgument
from gateway.settings import Settings
from gateway.workers.processes import work_in_processes


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Chunks at once, each in a process: one for each core that the machine may use.",
)
@click.pass_obj
def worker_command(settings: Settings, concurrency: int) -> None:
    """Do the chunks of jobs that `gateway adjust --distribute` shares out, until SIGTERM or Ctrl-C.

    Start one on each machine that reaches the database, at any time. It needs PostgreSQL and the extra
    `workers`, and makes the queue's tables if they are missing. The chunk in hand is finished before it ends;
    that of a worker that was killed is done by another after three heartbeats (GATEWAY_HEARTBEAT_SECONDS).

    \b
    Example:
      gateway worker --concurrency 4
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    try:
        chunk_queue(settings).prepare()
    except InvalidArgument as failure:
        raise click.UsageError(failure.message) from failure
    work_in_processes(concurrency, partial(do_chunks, settings))
