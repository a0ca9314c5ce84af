"""``gateway serve``: the gateway as a service, until it is told to stop."""

import socket
from collections.abc import Callable
from dataclasses import replace

import click

from gateway.bootstrap import require_current_database
from gateway.server import serve
from gateway.settings import Settings


@click.command("serve")
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 is any free one.  [default: 8080]")
@click.option("--workers", type=click.IntRange(1), help="Worker processes.  [default: 2]")
@click.pass_obj
def serve_command(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in flight are finished.

    The address that clients should use is GATEWAY_PUBLIC_URL; unset, it is the listening address.

    \b
    Example:
      GATEWAY_PUBLIC_URL=https://billing.example.com gateway serve --host 0.0.0.0 --workers 4
    """  # noqa: D301  # \b keeps click from filling the example
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        workers=settings.workers if workers is None else workers,
    )
    run_server(settings, announce)


def run_server(settings: Settings, on_ready: Callable[[Settings], None]) -> None:
    """Serve the gateway of these settings; ``on_ready`` gets them with the address that was taken."""
    require_current_database(settings)
    port = settings.port or _free_port(settings.host)
    shown_host = f"[{settings.host}]" if ":" in settings.host else settings.host
    listening = f"http://{shown_host}:{port}"
    served = replace(settings, port=port, public_url=(settings.public_url or listening).rstrip("/"))
    serve(
        "gateway.bootstrap:worker",
        arguments=(served,),
        host=served.host,
        port=port,
        workers=served.workers,
        connections=served.connections,
        header_seconds=served.header_seconds,
        stop_seconds=served.stop_seconds,
        on_ready=lambda _: on_ready(served),
    )


def announce(settings: Settings) -> None:
    """Say where the gateway is."""
    click.echo(f"Listening on {settings.host}:{settings.port}. Stop with Ctrl-C or SIGTERM.")
    click.echo(f"Endpoint  {settings.public_url}/apps/services/a/78.0")
    click.echo(f"WSDL      {settings.public_url}/apps/servlet/GenerateWsdl?version=78.0")


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
