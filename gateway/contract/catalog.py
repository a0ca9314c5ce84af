"""The contract's objects as one tenant has them: with the fields that the tenant declared."""

from dataclasses import dataclass, replace
from functools import cached_property

from gateway.contract.fields import Feature, Field, WireType
from gateway.contract.objects import OBJECTS, ObjectType

CUSTOM_SUFFIXES = ("__c", "__NS")
"""How the names of a tenant's own fields end: declared by hand, or by the NetSuite connector.

Source: the product's API reference of the object (IntegrationId__NS among its fields; read 2025-12-24).
"""


def custom_field(name: str, wire_type: WireType, length: int | None = None) -> Field:
    """Return a field that a tenant declares; whoever creates or updates a record sets it."""
    return Field(
        name,
        wire_type,
        # Python has no say in these names, and no other attribute can end so.
        attribute=name,
        length=length,
        creatable=True,
        updatable=True,
        feature=Feature.CUSTOM_FIELDS,
        custom=True,
    )


@dataclass(frozen=True)
class Catalog:
    """The object types of one tenant.

    Attributes:
        declared: The tenant's own fields, each with the name of its object.
    """

    declared: tuple[tuple[str, Field], ...] = ()

    @cached_property
    def objects(self) -> tuple[ObjectType, ...]:
        """The contract's objects, in its order, with the declared fields in their alphabetical places."""
        return tuple(self._with_declared(object_type) for object_type in OBJECTS)

    @cached_property
    def by_name(self) -> dict[str, ObjectType]:
        """The objects by exact name."""
        return {object_type.name: object_type for object_type in self.objects}

    @cached_property
    def by_lower_name(self) -> dict[str, ObjectType]:
        """The objects by lower-case name: ZOQL reads names in any case."""
        return {object_type.name.lower(): object_type for object_type in self.objects}

    def _with_declared(self, object_type: ObjectType) -> ObjectType:
        own = [field for name, field in self.declared if name == object_type.name]
        if not own:
            return object_type
        fields = sorted((*object_type.fields, *own), key=lambda field: field.name.lower())
        return replace(object_type, fields=tuple(fields))


CONTRACT = Catalog()
"""The objects of a tenant that declared nothing."""
