"""Values that are made by the million."""

from dataclasses import field, replace

import pytest

from gateway.engine.values import value


@value
class Pair:
    left: int
    right: list[int] = field(default_factory=list)


def test_a_value_is_made_compared_and_replaced_as_a_dataclass_is():
    assert Pair(1) == Pair(left=1, right=[])
    assert replace(Pair(1), left=2) == Pair(2)
    assert repr(Pair(1)) == "Pair(left=1, right=[])"


def test_a_value_has_room_for_its_attributes_alone():
    with pytest.raises(AttributeError):
        Pair(1).middle = 3
