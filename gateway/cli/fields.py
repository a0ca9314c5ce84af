"""``gateway fields``: the tenant's own fields, and what callers send that nobody has."""

import click

from gateway.bootstrap import open_gateway, require_current_database
from gateway.contract.fields import WireType
from gateway.service.administering import CUSTOM_TYPES
from gateway.settings import Settings


@click.group("fields")
def fields_group() -> None:
    """Custom fields of adjustments, and names that callers send in vain."""


@fields_group.command("add")
@click.argument("object_name", metavar="OBJECT")
@click.argument("name")
@click.option(
    "--type",
    "type_name",
    type=click.Choice([wire_type.value for wire_type in CUSTOM_TYPES]),
    default=WireType.STRING.value,
    show_default=True,
    help="What its values are.",
)
@click.option("--length", type=int, help="The most characters of a string, up to 255.  [default: 255]")
@click.pass_obj
def add_field_command(
    settings: Settings, object_name: str, name: str, type_name: str, length: int | None
) -> None:
    """Declare a field of InvoiceItemAdjustment or InvoiceAdjustment.

    Its name ends with __c (or __NS). From then on create and update take it, queries answer and compare it,
    and the WSDL shows it in every version; a gateway that is running need not be restarted.

    \b
    Example:
      gateway fields add InvoiceItemAdjustment Region__c --type string --length 80
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        field = gateway.administering.add_field(object_name, name, WireType(type_name), length)
    click.echo(f"Added {object_name}.{field.name}.")


@fields_group.command("remove")
@click.argument("object_name", metavar="OBJECT")
@click.argument("name")
@click.pass_obj
def remove_field_command(settings: Settings, object_name: str, name: str) -> None:
    """Take a declaration back, as long as no adjustment has a value in the field.

    \b
    Example:
      gateway fields remove InvoiceItemAdjustment Regoin__c
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        gateway.administering.remove_field(object_name, name)
    click.echo(f"Removed {object_name}.{name}.")


@fields_group.command("list")
@click.pass_obj
def list_fields_command(settings: Settings) -> None:
    """Print the declared fields, a line each: object, name, type, length.

    \b
    Example:
      gateway fields list
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        for object_name, field in gateway.configurations.current().catalog.declared:
            click.echo("\t".join((object_name, field.name, field.type.value, str(field.length or ""))))


@fields_group.command("ignored")
@click.pass_obj
def ignored_fields_command(settings: Settings) -> None:
    """Print the fields that callers named and their object does not have: object, name, calls, last call.

    What they held was dropped, as the legacy drops it; the setting strict refuses such calls instead.

    \b
    Example:
      gateway fields ignored
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        for ignored in gateway.ignored.counts():
            last = ignored.last_at.isoformat(timespec="seconds")
            click.echo("\t".join((ignored.object_name, ignored.name, str(ignored.calls), last)))
