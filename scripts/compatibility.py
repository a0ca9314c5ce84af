"""The generated tables of docs/compatibility.md: headers, fields and error codes, from the contract table.

What only a person can say of a row (what differs and why, which test shows it) stands here, beside the row's
name; a row that nobody speaks of is the same as in the legacy and shown by the test of all its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.contract.errors import ErrorCode, code_at
from gateway.contract.fields import Field, WireType
from gateway.contract.objects import ID, OBJECTS, ObjectType
from gateway.contract.operations import HEADERS
from gateway.contract.versions import OLDEST

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS_TEST = "tests/contract/test_contract_fields.py"
_BYTES, _HOSTILE = "tests/contract/test_soap_bytes.py", "tests/contract/test_soap_hostile.py"
_TENANT, _TROUBLE = "tests/contract/test_tenant.py", "tests/contract/test_trouble.py"
_INVOICES, _VERSIONS = "tests/contract/test_invoice_adjustments.py", "tests/interop/test_versions.py"
_LEDGER = "tests/contract/test_ledger_store.py"
_ADJUSTING, _ERRORS = "tests/contract/test_adjusting.py", "tests/unit/test_errors.py"

_HEADER_ROWS = {
    "SessionHeader.session": ("same", f"{_BYTES}::test_a_session_is_found_in_every_form_of_its_header"),
    "CallOptions.useSingleTransaction": (
        "same",
        f"{_ADJUSTING}::test_a_single_transaction_is_all_or_nothing",
    ),
    "QueryOptions.batchSize": ("same", f"{_BYTES}::test_a_batch_size_is_1_to_2000_or_the_default"),
    "QueryOptions.caseSensitive": (
        "the legacy's default is not documented; here it is true",
        "tests/contract/test_querying.py::test_case_counts_unless_the_option_says_not",
    ),
}

_FIELD_NOTES = {
    ("Invoice", "Body"): "different: always null, the gateway makes no documents",
    ("Invoice", "RegenerateInvoicePDF"): "different: always null, the gateway makes no documents",
    (
        "Account",
        "Balance",
    ): "different: the imported balance and what was adjusted here, summed when asked",
    ("Account", "TotalInvoiceBalance"): "different: as Balance",
    ("InvoiceItemAdjustment", "AdjustmentNumber"): (
        "same; the sources write `IILA-`, `IIA-`; every real sample is `IIA-` and 8 digits, and so is ours"
    ),
    ("InvoiceItemAdjustment", "CustomerName"): (
        "same as documented; two public clients leave it out of their queries, here it is answered"
    ),
    ("InvoiceItemAdjustment", "CustomerNumber"): "same as documented; as CustomerName",
    ("InvoiceItemAdjustment", "DeferredRevenueAccount"): (
        "different: kept as given; the legacy takes a missing one from the invoice item, which shows none"
    ),
    ("InvoiceItemAdjustment", "RecognizedRevenueAccount"): "different: as DeferredRevenueAccount",
    ("InvoiceItemAdjustment", "SourceId"): (
        "same; a string in the WSDL, an ID in the descriptions: the type is the WSDL's, the form is an ID's"
    ),
    ("InvoiceItemAdjustment", "TransferredToAccounting"): "same; `No` is in the REST reference alone",
    ("InvoiceAdjustment", "ImpactAmount"): "same: the signed change of the invoice's balance",
}

_ERROR_TESTS = {
    ErrorCode.ACCOUNTING_PERIOD_CLOSED: (
        f"{_TENANT}::test_a_closed_period_takes_no_adjustment_and_gives_none_up"
    ),
    ErrorCode.CANNOT_DELETE: f"{_INVOICES}::test_cancel_and_delete_are_as_for_items",
    ErrorCode.DUPLICATE_VALUE: f"{_ERRORS}::test_a_refusal_has_its_code_its_field_and_its_words",
    ErrorCode.INVALID_FIELD: f"{_BYTES}::test_each_kind_of_fault_has_its_element",
    ErrorCode.INVALID_ID: f"{_ERRORS}::test_a_refusal_has_its_code_its_field_and_its_words",
    ErrorCode.INVALID_SESSION: f"{_HOSTILE}::test_without_a_session_nothing_is_done_or_told",
    ErrorCode.INVALID_TYPE: f"{_HOSTILE}::test_an_object_of_no_type_of_ours_is_a_typed_fault",
    ErrorCode.INVALID_VALUE: f"{_BYTES}::test_a_refused_record_has_its_error_and_no_id_and_is_no_fault",
    ErrorCode.INVALID_VERSION: f"{_VERSIONS}::test_another_version_is_a_fault_that_names_the_range",
    ErrorCode.LOCK_COMPETITION: f"{_LEDGER}::test_who_may_not_wait_learns_of_the_competition",
    ErrorCode.MALFORMED_QUERY: f"{_BYTES}::test_each_kind_of_fault_has_its_element",
    ErrorCode.MAX_RECORDS_EXCEEDED: f"{_HOSTILE}::test_of_51_records_none_is_done",
    ErrorCode.MISSING_REQUIRED_VALUE: f"{_FIELDS_TEST}::test_create_needs_a_required_field",
    ErrorCode.NO_PERMISSION: f"{_TENANT}::test_what_a_user_may_not_do_is_refused",
    ErrorCode.SERVER_UNAVAILABLE: (
        "tests/server/test_requests.py"
        "::test_one_complete_request_too_many_is_answered_503_while_the_others_are_kept"
    ),
    ErrorCode.TEMPORARY_ERROR: f"{_HOSTILE}::test_a_database_that_is_broken_tells_the_operator_alone",
    ErrorCode.TRANSACTION_FAILED: f"{_ADJUSTING}::test_a_single_transaction_is_all_or_nothing",
    ErrorCode.TRANSACTION_TERMINATED: (
        f"{_TROUBLE}::test_a_connection_lost_during_the_commit_is_no_reason_to_try_again"
    ),
    ErrorCode.UNKNOWN_ERROR: f"{_HOSTILE}::test_a_bug_tells_its_request_id_and_nothing_else",
}
"""The codes that are answered, each with the test that shows it."""


def with_tables(document: str) -> str:
    """Return the document with what stands between its markers written anew."""
    tables = {
        "headers": _table(("header", "ours", "shown by"), _headers()),
        "errors": _table(("code", "first version", "ours", "shown by"), _errors()),
        **{object_type.name: _table(_FIELD_COLUMNS, _fields(object_type)) for object_type in OBJECTS},
    }
    for name, table in tables.items():
        marker = f"<!-- generated: {name} -->\n"
        before, found, after = document.partition(marker)
        if not found:
            raise SystemExit(f"docs/compatibility.md has no place for the table {name}.")
        document = f"{before}{marker}{table}<!-- end -->{after.partition('<!-- end -->')[2]}"
    return document


_FIELD_COLUMNS = ("field", "type", "from", "create", "update", "select", "where", "holds", "ours", "shown by")


def _headers() -> Iterator[tuple[str, ...]]:
    for header, children in HEADERS.items():
        for child in children:
            name = f"{header}.{child.name}"
            ours, test = _HEADER_ROWS[name]
            yield name, ours, f"`{test}`"


def _fields(object_type: ObjectType) -> Iterator[tuple[str, ...]]:
    for field in object_type.output_fields:
        since = max(field.since, object_type.since, OLDEST)
        feature = f", {field.feature}" if field.feature else ""
        yield (
            field.name,
            _type(field),
            f"{since}{feature}",
            "required" if field.required else _yes(field.creatable),
            _yes(field.updatable),
            _yes(field.selectable),
            _yes(field.filterable and field.held),
            " ".join(field.values) or (str(field.length) if _is_text(field) and field.length else ""),
            _FIELD_NOTES.get((object_type.name, field.name), "same"),
            f"`{_FIELDS_TEST}::{_field_test(object_type, field)}`",
        )


def _field_test(object_type: ObjectType, field: Field) -> str:
    """Return the test that shows most of a field; those beside it are of the same file."""
    if object_type.creatable and field is not ID:
        return (
            "test_update_changes_a_field_or_leaves_it"
            if field.updatable
            else "test_create_takes_a_field_or_ignores_it"
        )
    return "test_a_field_is_selected_or_refused_in_the_legacys_words"


def _errors() -> Iterator[tuple[str, ...]]:
    for code in ErrorCode:
        first = next(version for version in range(OLDEST, 154) if code_at(code, version) is code)
        older = f"; UNKNOWN_ERROR to versions below {first}" if first > OLDEST else ""
        if code in _ERROR_TESTS:
            yield code, str(first), f"same{older}", f"`{_ERROR_TESTS[code]}`"
        else:
            yield code, str(first), "never answered: what it tells of does not happen here", ""


def _type(field: Field) -> str:
    return "date, dateTime up to 68" if field.type is WireType.DATE else field.type.value


def _is_text(field: Field) -> bool:
    return field.type is WireType.STRING


def _yes(value: bool) -> str:  # noqa: FBT001  # it is what is written
    return "yes" if value else "no"


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
