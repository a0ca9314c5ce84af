"""What the tenant has declared, and changing it; it holds for a whole call.

Every process keeps the configuration that it read last. The database counts its changes: a call learns the
count together with its session and reads the configuration again only when the count has moved, so that a
change holds everywhere from the next call on and costs the others nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.contract.catalog import CONTRACT, CUSTOM_SUFFIXES, Catalog, custom_field
from gateway.contract.fields import Field, WireType
from gateway.service.failures import InvalidArgument
from gateway.service.ports import Store, Transaction

MAX_CUSTOM_FIELDS = 50
"""Of one object: each is a join in a query that names it, of which MariaDB makes at most 61."""

MAX_NAME_CHARACTERS = 64
MAX_STRING_CHARACTERS = 255
"""What the database keeps of a custom field's name and of its text."""

CUSTOM_TYPES = (
    WireType.STRING,
    WireType.DECIMAL,
    WireType.BOOLEAN,
    WireType.DATE,
    WireType.DATE_TIME,
)

_NAME = re.compile(f"[A-Za-z][A-Za-z0-9_]*(?:{'|'.join(CUSTOM_SUFFIXES)})")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a call needs to know of the tenant."""

    catalog: Catalog = CONTRACT


class Configurations:
    """The use cases of the tenant's configuration.

    Args:
        store: Where it is kept.
        clock: Gives the present moment, aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._known = (-1, Configuration())

    def at(self, revision: int) -> Configuration:
        """Return the configuration of a call that found this many changes."""
        known_at, configuration = self._known
        return configuration if known_at == revision else self.current()

    def known(self) -> Configuration:
        """Return what was read last."""
        return self._known[1]

    def current(self) -> Configuration:
        """Read the configuration."""

        def work(tx: Transaction) -> tuple[int, Configuration]:
            return tx.revision(), Configuration(Catalog(tx.custom_fields()))

        self._known = self._store.read(work)
        return self._known[1]

    def add_field(self, object_name: str, name: str, wire_type: WireType, length: int | None = None) -> Field:
        """Declare a field of an object that is created here.

        Args:
            object_name: InvoiceItemAdjustment or InvoiceAdjustment.
            name: Ends with ``__c`` or ``__NS``.
            wire_type: One of CUSTOM_TYPES.
            length: The most characters of a string, at most 255; only strings have one.

        Raises:
            InvalidArgument: The object, the name, the type or the length is none that a custom field may
                have, the name is in use in any case, or the object has as many as it may.
        """
        _check_object(object_name)
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME_CHARACTERS:
            raise InvalidArgument(
                f"{name[:80]!r} is no name of a custom field: letters, digits and underscores, at most "
                f"{MAX_NAME_CHARACTERS}, with {' or '.join(CUSTOM_SUFFIXES)} at the end."
            )
        if wire_type not in CUSTOM_TYPES:
            raise InvalidArgument(f"A custom field cannot be of the type {wire_type.value}.")
        if wire_type is not WireType.STRING and length is not None:
            raise InvalidArgument(f"A {wire_type.value} has no length.")
        if wire_type is WireType.STRING:
            length = MAX_STRING_CHARACTERS if length is None else length
            if not 1 <= length <= MAX_STRING_CHARACTERS:
                raise InvalidArgument(f"A string has a length of 1 to {MAX_STRING_CHARACTERS}.")
        field = custom_field(name, wire_type, length)

        def work(tx: Transaction) -> None:
            names = [other.name for object_, other in tx.custom_fields() if object_ == object_name]
            if name.lower() in [other.lower() for other in names]:
                raise InvalidArgument(f"{object_name} has a field {name} already.")
            if len(names) >= MAX_CUSTOM_FIELDS:
                raise InvalidArgument(f"{object_name} has {MAX_CUSTOM_FIELDS} custom fields already.")
            tx.add_custom_field(object_name, field, self._clock())
            tx.count_revision()

        self._store.write(work)
        return field

    def remove_field(self, object_name: str, name: str) -> None:
        """Take a declaration back that no record has a value for.

        Raises:
            InvalidArgument: There is no such field, or records have values in it.
        """
        _check_object(object_name)

        def work(tx: Transaction) -> None:
            if (object_name, name) not in [(object_, field.name) for object_, field in tx.custom_fields()]:
                raise InvalidArgument(f"{object_name} has no custom field {name[:80]!r}.")
            if tx.is_custom_field_used(object_name, name):
                raise InvalidArgument(
                    f"{object_name}.{name} has values: it stays, because nothing recorded is taken away."
                )
            tx.remove_custom_field(object_name, name)
            tx.count_revision()

        self._store.write(work)


def _check_object(object_name: str) -> None:
    names = [object_type.name for object_type in CONTRACT.objects if object_type.creatable]
    if object_name not in names:
        raise InvalidArgument(f"Custom fields are of {' or '.join(names)}, not of {object_name[:80]!r}.")
