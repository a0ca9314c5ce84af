"""``gateway serve``: the gateway as a service, until it is told to stop."""

import socket
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

import click

from gateway.bootstrap import require_current_database
from gateway.server import serve
from gateway.server.serving import free_address
from gateway.settings import SettingError, Settings


@click.command("serve")
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 is any free one.  [default: 8080]")
@click.option("--workers", type=click.IntRange(1), help="Worker processes.  [default: 2]")
@click.pass_obj
def serve_command(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in flight are finished.

    The address that clients should use is GATEWAY_PUBLIC_URL; unset, it is the listening address, or
    the machine's name when that is 0.0.0.0 or ::.

    \b
    Example:
      GATEWAY_PUBLIC_URL=https://billing.example.com gateway serve --host 0.0.0.0 --workers 4
    """  # noqa: D301  # \b keeps click from filling the example
    try:
        settings = settings.with_options(host=host, port=port, workers=workers)
    except SettingError as error:
        raise click.UsageError(str(error)) from error
    run_server(settings, announce)


def run_server(settings: Settings, on_ready: Callable[[Settings, str], None]) -> None:
    """Serve the gateway of these settings.

    Args:
        settings: Port 0 takes any free one.
        on_ready: Gets the settings with the port and the public URL that hold, and the listening URL.
    """
    require_current_database(settings)
    address, port = free_address(settings.host, settings.port)
    public_url = settings.public_url or _public_url(settings.host, address, port)
    served = replace(settings, port=port, public_url=public_url.rstrip("/"))
    serve(
        "gateway.bootstrap:worker",
        arguments=(served,),
        host=served.host,
        port=port,
        workers=served.workers,
        connections=served.connections,
        header_seconds=served.header_seconds,
        stop_seconds=served.stop_seconds,
        on_ready=lambda listening: on_ready(served, listening),
    )


def announce(settings: Settings, listening: str) -> None:
    """Say where the gateway is."""
    click.echo(f"Listening on {listening}. Stop with Ctrl-C or SIGTERM.")
    click.echo(f"Endpoint  {settings.public_url}/apps/services/a/78.0")
    click.echo(f"WSDL      {settings.public_url}/apps/servlet/GenerateWsdl?version=78.0")


def _public_url(host: str, address: str, port: int) -> str:
    """Return the listening address as clients can use it; nobody reaches 0.0.0.0 or ::."""
    if not ip_address(address).is_unspecified:
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    url = f"http://{socket.gethostname()}:{port}"
    click.echo(
        f"gateway: GATEWAY_PUBLIC_URL is not set: the WSDL and login's ServerUrl name {url}. "
        "Set it to the address that clients use.",
        err=True,
    )
    return url
