"""``gateway init`` and ``gateway users``: the database and who may use it."""

import sys
from typing import Any

import click

from gateway.bootstrap import open_gateway, prepare_database, require_current_database
from gateway.service import Permission
from gateway.settings import Settings, is_unicode

MIN_PASSWORD_CHARACTERS = 8


@click.command("init")
@click.pass_obj
def init_command(settings: Settings) -> None:
    """Create the database, or bring it up to this version. Doing it twice does no harm.

    \b
    Example:
      GATEWAY_DATABASE_URL=postgresql+psycopg://gateway@db/gateway gateway init
    """  # noqa: D301  # \b keeps click from filling the example
    click.echo(prepare_database(settings))


@click.group("users")
def users_group() -> None:
    """Users of the gateway, and what they may do."""


@users_group.command("add")
@click.argument("name")
@click.option("--email", default="", help="What getUserInfo answers as UserEmail.")
@click.option("--full-name", default="", help="What getUserInfo answers as UserFullName.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def add_user_command(
    settings: Settings, name: str, email: str, full_name: str, *, password_stdin: bool
) -> None:
    """Add a user who may query, create, cancel and delete canceled adjustments.

    \b
    Examples:
      gateway users add ann
      gateway users add billing-job --password-stdin < password-file
    """  # noqa: D301  # \b keeps click from filling the example
    if not name.strip() or len(name) > 255:
        raise click.UsageError("A user's name has 1 to 255 characters.")
    for what, text in (("name", name), ("email", email), ("full name", full_name)):
        _require_unicode(what, text)
    password = _read_password(from_stdin=password_stdin)
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        user = gateway.sessions.add_user(name, password, email=email, full_name=full_name)
    if user is None:
        raise click.ClickException(f"There is a user {name} already.")
    click.echo(f"Added {name}.")


@users_group.command("list")
@click.pass_obj
def list_users_command(settings: Settings) -> None:
    """Print the users, a line each: name, active or closed, what they may do beside querying.

    \b
    Example:
      gateway users list
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        for user in gateway.sessions.users():
            may = ", ".join(sorted(user.permissions))
            click.echo("\t".join((user.name, "active" if user.active else "closed", may)))


_PERMISSION = click.Choice([permission.value for permission in Permission])


@users_group.command("allow")
@click.argument("name")
@click.argument("permission", type=_PERMISSION)
@click.pass_obj
def allow_user_command(settings: Settings, name: str, permission: str) -> None:
    """Give a user a permission; it holds from the user's next call on.

    \b
    Example:
      gateway users allow ann "manage close process"
    """  # noqa: D301  # \b keeps click from filling the example
    _change_user(settings, name, allow=Permission(permission))
    click.echo(f"{name} may now: {permission}.")


@users_group.command("forbid")
@click.argument("name")
@click.argument("permission", type=_PERMISSION)
@click.pass_obj
def forbid_user_command(settings: Settings, name: str, permission: str) -> None:
    """Take a permission from a user; it holds from the user's next call on.

    \b
    Example:
      gateway users forbid ann create
    """  # noqa: D301  # \b keeps click from filling the example
    _change_user(settings, name, forbid=Permission(permission))
    click.echo(f"{name} may no longer: {permission}.")


@users_group.command("close")
@click.argument("name")
@click.pass_obj
def close_user_command(settings: Settings, name: str) -> None:
    """Let a user log in no more; sessions end with their next call. What the user did stays.

    \b
    Example:
      gateway users close ann
    """  # noqa: D301  # \b keeps click from filling the example
    _change_user(settings, name, active=False)
    click.echo(f"Closed {name}.")


@users_group.command("reopen")
@click.argument("name")
@click.pass_obj
def reopen_user_command(settings: Settings, name: str) -> None:
    """Let a closed user log in again.

    \b
    Example:
      gateway users reopen ann
    """  # noqa: D301  # \b keeps click from filling the example
    _change_user(settings, name, active=True)
    click.echo(f"Reopened {name}.")


def _change_user(settings: Settings, name: str, **change: Any) -> None:
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        gateway.administering.change_user(name, **change)


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        # One line, as printf and password managers write it.
        try:
            password = sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise click.UsageError("The password is not UTF-8.") from error
    elif sys.stdin.isatty():
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        raise click.UsageError("There is no terminal to ask for the password; use --password-stdin.")
    _require_unicode("password", password)
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise click.UsageError(f"A password has at least {MIN_PASSWORD_CHARACTERS} characters.")
    return password


def _require_unicode(what: str, text: str) -> None:
    if not is_unicode(text):
        raise click.UsageError(f"The {what} is not UTF-8.")
