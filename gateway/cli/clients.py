"""``gateway clients``: OAuth clients, with which programs get bearer tokens for the JSON doors."""

import click

from gateway.bootstrap import open_gateway, require_current_database
from gateway.settings import Settings, is_unicode


@click.group("clients")
def clients_group() -> None:
    """OAuth clients: ids and secrets with which programs get tokens for the JSON doors."""


@clients_group.command("add")
@click.argument("user")
@click.option("--label", default="", help="What it is for, for people alone.")
@click.pass_obj
def add_client_command(settings: Settings, user: str, label: str) -> None:
    """Make a client that acts as USER, and print its id and its secret, which is never shown again.

    \b
    Example:
      gateway clients add billing-job --label "nightly credits"
    """  # noqa: D301  # \b keeps click from filling the example
    if len(label) > 255 or not is_unicode(label):
        raise click.UsageError("A label has at most 255 characters, of UTF-8.")
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        client_id, secret = gateway.clients.add(user, label)
    click.echo(f"client_id\t{client_id}\nclient_secret\t{secret}")


@clients_group.command("list")
@click.pass_obj
def list_clients_command(settings: Settings) -> None:
    """Print the clients, a line each: id, user, active or closed, label.

    \b
    Example:
      gateway clients list
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        for client in gateway.clients.all():
            status = "active" if client.user.active else "closed"
            click.echo(f"{client.id}\t{client.user.name}\t{status}\t{client.label}")


@clients_group.command("remove")
@click.argument("client_id")
@click.pass_obj
def remove_client_command(settings: Settings, client_id: str) -> None:
    """Remove a client; its tokens end with their next call.

    \b
    Example:
      gateway clients remove 2b7d3d0c-8a2f-4f6e-9c59-2d1f6b1d8a11
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        gateway.clients.remove(client_id)
    click.echo(f"Removed {client_id}.")
