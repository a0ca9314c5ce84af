"""Who calls: the user behind a session, and what the user's role allows."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.service.tenant import NOTHING_CONFIGURED, Configuration


class Permission(StrEnum):
    """What a role may allow beside querying; the names follow the legacy's billing roles."""

    CREATE = "create"
    CANCEL = "cancel"
    DELETE_CANCELED = "delete canceled"
    CHANGE_REASON_CODE = "change reason code"
    CANCEL_WITHOUT_VALIDATION = "cancel without validation"
    OVERRIDE_TRANSFERRED = "override transferred to accounting"
    MANAGE_CLOSE = "manage close process"


PLAIN_USER = frozenset(
    {
        Permission.CREATE,
        Permission.CANCEL,
        Permission.DELETE_CANCELED,
        Permission.CHANGE_REASON_CODE,
    }
)
"""What a user may do unless told otherwise: the legacy's defaults."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user who makes a call.

    Attributes:
        door: Through which door: ``soap``, ``import``, ...
        request_id: What the log lines of this call carry.
        configuration: The tenant's, for the whole call.
    """

    user_id: str
    permissions: frozenset[Permission] = PLAIN_USER
    door: str = "soap"
    request_id: str = ""
    configuration: Configuration = NOTHING_CONFIGURED


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored."""

    id: str
    name: str
    email: str
    full_name: str
    password_hash: str
    active: bool = True
    permissions: frozenset[Permission] = PLAIN_USER
