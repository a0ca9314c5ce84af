"""``gateway init`` and ``gateway user``: the database and who may use it."""

import sys

import click

from gateway.bootstrap import open_gateway, prepare_database, require_current_database
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


@click.group("user")
def user_group() -> None:
    """Users of the gateway."""


@user_group.command("add")
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
      gateway user add ann
      gateway user add billing-job --password-stdin < password-file
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
