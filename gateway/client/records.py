"""Adjustments as the objects of a WSDL: its version decides on fields and on what a date looks like."""

from datetime import date, datetime, time
from typing import Any

from gateway.client.adjustments import CREATABLE, UPDATABLE, Adjustment, wire_name
from gateway.client.connection import OBJECT

__all__ = ["Records"]


class Records:
    """The InvoiceItemAdjustment of one WSDL.

    Args:
        zeep: The client that read the WSDL.
    """

    def __init__(self, zeep: Any) -> None:
        self._type = zeep.get_type(f"{OBJECT}InvoiceItemAdjustment")
        self._elements = {name: element.type.qname.localname for name, element in self._type.elements}

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the WSDL has, by their names on the wire."""
        return tuple(self._elements)

    def checked(self, adjustment: Adjustment, names: tuple[str, ...] = CREATABLE) -> Adjustment:
        """Return an adjustment that can be sent, with these of its fields and its custom ones.

        Raises:
            ValueError: It has a field that the WSDL does not have.
        """
        set_ = {wire_name(name) for name in names if getattr(adjustment, name) is not None}
        strange = sorted((set_ | set(adjustment.custom)) - set(self._elements))
        if strange:
            raise ValueError(f"the WSDL has no field InvoiceItemAdjustment.{strange[0]}")
        return adjustment

    def to_create(self, adjustment: Adjustment) -> Any:
        """Return what ``create`` sends of a checked one."""
        return self._object(adjustment, CREATABLE)

    def to_update(self, adjustment: Adjustment) -> Any:
        """Return what ``update`` sends: the Id, and what may be updated."""
        return self._object(adjustment, ("id", *UPDATABLE))

    def _object(self, adjustment: Adjustment, names: tuple[str, ...]) -> Any:
        values = {wire_name(name): getattr(adjustment, name) for name in names}
        values |= adjustment.custom
        return self._type(
            **{name: self._value(name, value) for name, value in values.items() if value is not None}
        )

    def _value(self, name: str, value: object) -> object:
        if (
            self._elements.get(name) == "dateTime"
            and isinstance(value, date)
            and not isinstance(value, datetime)
        ):
            # Without an offset it is that day in the tenant's zone.
            return datetime.combine(value, time())
        return value
