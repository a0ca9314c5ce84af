"""What the WSDL of one version shows a tenant; at run time every operation and field is answered."""

from dataclasses import dataclass, replace
from functools import cached_property

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.errors import ErrorCode, codes_at
from gateway.contract.fields import Feature, Field
from gateway.contract.objects import ObjectType
from gateway.contract.operations import HEADER_FEATURES, HEADERS, OPERATIONS, Element, Operation
from gateway.contract.versions import FIRST_WITH_DATES, NEWEST, OLDEST

DEFAULT_FEATURES = frozenset({Feature.CUSTOM_FIELDS, Feature.QUERY_MORE})
"""What the real WSDLs 78.0 and 81.0 show; their tenants had declared no fields."""


@dataclass(frozen=True)
class Published:
    """The contract as one version's WSDL shows it to a tenant with these features."""

    version: int
    features: frozenset[Feature] = DEFAULT_FEATURES
    catalog: Catalog = CONTRACT

    @property
    def has_dates(self) -> bool:
        """Whether business dates are xs:date; they are xs:dateTime in older versions."""
        return self.version >= FIRST_WITH_DATES

    @cached_property
    def objects(self) -> tuple[ObjectType, ...]:
        """The object types with the fields that are shown."""
        return tuple(
            replace(object_type, fields=tuple(f for f in object_type.fields if self._shows_field(f)))
            for object_type in self.catalog.objects
            if self._shows_object(object_type)
        )

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations with the header blocks that are shown."""
        return tuple(
            replace(
                operation,
                request=tuple(child for child in operation.request if self.version >= child.since),
                headers=tuple(name for name in operation.headers if name in self.headers),
            )
            for operation in OPERATIONS.values()
            if self._shows(operation.feature)
        )

    @cached_property
    def headers(self) -> dict[str, tuple[Element, ...]]:
        """The header blocks by name."""
        return {
            name: children for name, children in HEADERS.items() if self._shows(HEADER_FEATURES.get(name))
        }

    @property
    def codes(self) -> tuple[ErrorCode, ...]:
        """The error codes, in the enumeration's order."""
        return codes_at(self.version)

    def _shows_object(self, object_type: ObjectType) -> bool:
        if self.version < object_type.since:
            return False
        return self.version <= object_type.until or self._shows(object_type.feature)

    def _shows_field(self, field: Field) -> bool:
        return self.version >= field.since and self._shows(field.feature)

    def _shows(self, feature: Feature | None) -> bool:
        return feature is None or feature in self.features


def changes(features: frozenset[Feature] = DEFAULT_FEATURES) -> tuple[int, ...]:
    """Return the oldest version, and every later one whose WSDL differs from its predecessor's."""

    def shown(version: int) -> tuple[object, ...]:
        at = Published(version, features)
        return at.objects, at.operations, at.codes, at.has_dates

    later = range(OLDEST + 1, NEWEST + 1)
    return (OLDEST, *(version for version in later if shown(version) != shown(version - 1)))
