"""The command line: ``gateway COMMAND``. Each command reads its options and calls one use case.

Answers go to standard output, everything else to standard error. Exit codes: 0, 1 (the work failed),
2 (wrong usage).
"""

import os
import sys

import click

from gateway.cli.administering import init_command, users_group
from gateway.cli.allocating import allocate_command, write_off_command
from gateway.cli.bulk import adjust_command, cancel_command, reverse_command
from gateway.cli.clients import clients_group
from gateway.cli.demo import demo_command
from gateway.cli.exporting import export_command
from gateway.cli.fields import fields_group
from gateway.cli.importing import import_command
from gateway.cli.jobs import jobs_group
from gateway.cli.querying import query_command
from gateway.cli.serving import serve_command
from gateway.cli.tenant import accounts_group, periods_group, reasons_group, settings_group
from gateway.cli.verifying import audit_command, verify_command
from gateway.cli.working import worker_command
from gateway.server import AddressInUseError, ServerFailedError
from gateway.service import Failure
from gateway.settings import SettingError, read_settings

__all__ = ["gateway", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="adjustment-gateway", prog_name="gateway")
@click.pass_context
def gateway(context: click.Context) -> None:
    """A SOAP-compatible gateway for invoice item adjustments.

    Settings come from the environment (GATEWAY_*, see docs/settings.md).

    \b
    Example, a gateway on an SQLite file in this folder:
      gateway init
      gateway users add ann
      gateway import billing-data/
      gateway serve
    """  # noqa: D301  # \b keeps click from filling the example
    try:
        context.obj = read_settings(os.environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error


for _command in (
    init_command,
    users_group,
    clients_group,
    settings_group,
    periods_group,
    reasons_group,
    accounts_group,
    fields_group,
    import_command,
    query_command,
    export_command,
    adjust_command,
    reverse_command,
    cancel_command,
    jobs_group,
    worker_command,
    allocate_command,
    write_off_command,
    verify_command,
    audit_command,
    serve_command,
    demo_command,
):
    gateway.add_command(_command)


def main() -> None:
    """Run the command line; what is expected to go wrong gets one plain line and no traceback."""
    try:
        gateway()
    except Failure as failure:
        # Whoever runs the command can mend what the cause says; a caller over the network could not.
        cause = getattr(failure.__cause__, "orig", None)
        # Some drivers explain themselves on several lines.
        _fail(f"{failure.message} ({' '.join(str(cause).split())})" if cause else failure.message)
    except (AddressInUseError, ServerFailedError) as error:
        _fail(str(error.strerror or error) if isinstance(error, OSError) else str(error))


def _fail(message: str) -> None:
    click.echo(f"gateway: {message}", err=True)
    sys.exit(1)
