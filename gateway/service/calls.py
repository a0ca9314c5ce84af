"""One call of a use case: who asks for what, in which way, and what that means to the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import AdjustmentKind, Policy
from gateway.service.callers import Caller, Permission
from gateway.service.idempotency import content_hash
from gateway.service.records import Record
from gateway.service.tenant import Configuration

ADJUSTMENT_KINDS = {
    INVOICE_ITEM_ADJUSTMENT.name: AdjustmentKind.ITEM,
    INVOICE_ADJUSTMENT.name: AdjustmentKind.INVOICE,
}
"""What the adjustments of an object move, by the object's name."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What a caller asks of a whole call.

    Attributes:
        strict: Unknown fields and amounts finer than their currency are refused. The tenant's setting can
            ask for it too.
        all_errors: A refused record names all that is wrong with it. The tenant's setting can ask for it too.
        dry_run: Everything is decided and nothing written: accepted records get no Id.
        idempotency_key: A call with the same key and content is answered as the first one was.
    """

    single_transaction: bool = False
    strict: bool = False
    all_errors: bool = False
    dry_run: bool = False
    idempotency_key: str | None = None


LEGACY_DOORS = frozenset({"soap", "action", "object"})
"""The legacy's own doors. On all others nothing is passed over: unknown fields and amounts finer than their
currency are refused, all errors are told, and tax follows its line where the tenant wants it."""

AS_THE_LEGACY = CallOptions()
"""Nothing is asked that the legacy does not know."""


@dataclass(frozen=True)
class Call:
    """One call, as it was asked for.

    Attributes:
        part: Which set of the call this is, counted from 1, when it is done in several; 0 when it is not.
    """

    caller: Caller
    operation: str
    records: Sequence[Record]
    options: CallOptions
    object_type: ObjectType
    part: int = 0

    @property
    def claimed_as(self) -> str:
        """What an idempotency key counts for, beside its user."""
        return f"{self.operation}.{self.part}" if self.part else self.operation

    @property
    def kind(self) -> AdjustmentKind:
        """What the adjustments of this call move."""
        return ADJUSTMENT_KINDS[self.object_type.name]

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""
        return self.caller.configuration.settings.zone

    @property
    def strict(self) -> bool:
        """Whether what the legacy would pass over is refused."""
        return self._is_ours or self.options.strict or self.caller.configuration.settings.strict

    @property
    def all_errors(self) -> bool:
        """Whether the call itself wants to know all that is wrong with a record."""
        return self._is_ours or self.options.all_errors

    @property
    def _is_ours(self) -> bool:
        return self.caller.door not in LEGACY_DOORS

    def content_hash(self) -> str:
        """Return what tells this call from another: not its bytes, a retry may carry another session."""
        options = self.options
        asked = [options.single_transaction, options.strict, options.all_errors]
        records = [[r.values, r.fields_to_null, r.ambiguous, r.foreign] for r in self.records]
        return content_hash([self.operation, self.object_type.name, asked, records])

    def policy(self, configuration: Configuration) -> Policy:
        """Return what the tenant and the user's role allow."""
        may = self.caller.permissions
        return Policy(
            may_create=Permission.CREATE in may,
            may_cancel=Permission.CANCEL in may,
            may_delete=Permission.DELETE_CANCELED in may,
            may_change_reason_code=Permission.CHANGE_REASON_CODE in may,
            may_cancel_without_validation=Permission.CANCEL_WITHOUT_VALIDATION in may,
            may_override_transferred=Permission.OVERRIDE_TRANSFERRED in may,
            may_manage_close=Permission.MANAGE_CLOSE in may,
            counter_adjustments=configuration.settings.counter_adjustments,
            revenue_integration=configuration.settings.revenue_integration,
            strict=self.strict,
            tax_follows_line=self._is_ours and configuration.settings.tax_follows_line,
        )


def a_call(
    caller: Caller,
    operation: str,
    records: Sequence[Record],
    options: CallOptions,
    object_type: ObjectType,
    part: int = 0,
) -> Call:
    """Return a call on an object as the tenant has it: with the fields that it declared."""
    object_type = caller.configuration.catalog.by_name[object_type.name]
    return Call(caller, operation, records, options, object_type, part)
