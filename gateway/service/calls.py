"""One call of a use case: who asks for what, in which way, and what that means to the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import AdjustmentKind, Policy, Stamp
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


AS_THE_LEGACY = CallOptions()
"""Nothing is asked that the legacy does not know."""


@dataclass(frozen=True)
class Call:
    """One call, as it was asked for."""

    caller: Caller
    operation: str
    records: Sequence[Record]
    options: CallOptions
    object_type: ObjectType

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
        return self.options.strict or self.caller.configuration.settings.strict

    def content_hash(self) -> str:
        """Return what tells this call from another: not its bytes, a retry may carry another session."""
        options = self.options
        asked = [options.single_transaction, options.strict, options.all_errors]
        records = [[r.values, r.fields_to_null, r.ambiguous, r.foreign] for r in self.records]
        return content_hash([self.operation, self.object_type.name, asked, records])

    def stamp(self, at: datetime, configuration: Configuration) -> Stamp:
        """Say who acts and when; to be asked behind the locks, so that later stamps are of later changes."""
        return Stamp(self.caller.user_id, at, at.astimezone(configuration.settings.zone).date())

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
        )
