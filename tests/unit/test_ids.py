"""Fresh Ids: the legacy's form, ascending, never the same twice."""

import re
from datetime import timedelta

from gateway.contract.lexical import read_id
from gateway.service.ids import new_ids
from support.builders import STAMP

NOW = STAMP.at


def test_an_id_is_32_hexadecimal_digits():
    (id_,) = new_ids(1, NOW)
    assert re.fullmatch("[0-9a-f]{32}", id_)
    assert read_id(id_) == id_


def test_the_ids_of_a_call_ascend():
    ids = list(new_ids(1000, NOW))
    assert ids == sorted(set(ids))
    assert len(ids) == 1000


def test_a_later_call_has_greater_ids():
    earlier = list(new_ids(1000, NOW))
    later = list(new_ids(1000, NOW + timedelta(milliseconds=1)))
    assert max(earlier) < min(later)


def test_an_id_begins_with_its_moment():
    (id_,) = new_ids(1, NOW)
    assert int(id_[:12], 16) == NOW.timestamp() * 1000


def test_calls_of_the_same_moment_do_not_meet():
    drawn = [id_ for _ in range(200) for id_ in new_ids(5, NOW)]
    assert len(set(drawn)) == 1000


def test_no_ids_are_none():
    assert list(new_ids(0, NOW)) == []
