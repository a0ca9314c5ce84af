"""Values that are made by the million: frozen to the type checker, plain to the interpreter."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a dataclass with slots that nothing may change once it is made.

    The type checker holds it: mypy refuses an assignment. The interpreter would hold it at the price of a
    call for each attribute, ten times what making a plain one costs, and a bulk job makes several values of
    each of a million records.
    """
    return dataclass(slots=True)(cls)
