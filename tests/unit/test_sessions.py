"""Logging in, where no database is needed to know."""

from argon2 import PasswordHasher

from gateway.service.passwords import NOBODYS_HASH


def test_a_user_who_does_not_exist_is_refused_after_as_much_work_as_one_who_does():
    assert not PasswordHasher().check_needs_rehash(NOBODYS_HASH)
