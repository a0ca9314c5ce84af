"""Saved envelopes: the records of a ``create`` that somebody kept, read as the SOAP door reads them."""

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.service.failures import InvalidArgument
from gateway.service.records import Record
from gateway.service.tenant import MOST_RECORDS
from gateway.soap.envelope import parse_envelope, read_envelope, split_tag
from gateway.soap.faults import ApiFault
from gateway.soap.records import read_batch


def read_saved(data: bytes) -> list[Record]:
    """Return the records of an envelope with a ``create`` of invoice item adjustments; its session is unread.

    Raises:
        InvalidArgument: It is no such envelope.
    """
    try:
        operation = read_envelope(parse_envelope(data, None)).operation
    except ApiFault as fault:
        raise InvalidArgument(str(fault.faultstring)) from fault
    name = split_tag(operation)[1]
    if name != "create":
        raise InvalidArgument(f"The envelope holds {name[:60]!r}, not create.")
    batch = read_batch(operation)
    if batch.trouble is not None:
        raise InvalidArgument(batch.trouble.message)
    if batch.object_type != INVOICE_ITEM_ADJUSTMENT:
        raise InvalidArgument(f"The envelope creates {batch.object_type.name}, not InvoiceItemAdjustment.")
    if len(batch.records) > MOST_RECORDS:
        raise InvalidArgument(f"The envelope has more than {MOST_RECORDS:,} objects.")
    return batch.records
