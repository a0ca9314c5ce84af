"""The columns that the files of a job may have."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from gateway.contract.fields import Field
from gateway.contract.objects import ObjectType
from gateway.service.failures import InvalidArgument
from gateway.service.job_ports import JobKind
from gateway.service.records import OF_A_REVERSAL


@dataclass(frozen=True)
class Columns:
    """The columns of files for one kind of job.

    Attributes:
        kind: What the job does with the rows.
        object_type: The adjustments' object as the tenant has it.
    """

    kind: JobKind
    object_type: ObjectType

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields that a row may give, in the contract's order."""
        if self.kind is JobKind.ADJUST:
            return self.object_type.creatable_fields
        own = OF_A_REVERSAL if self.kind is JobKind.REVERSE else ()
        return tuple(f for f in self.object_type.output_fields if f.name in {"Id", *own})

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which a row is always refused."""
        if self.kind is JobKind.ADJUST:
            return tuple(f.name for f in self.fields if f.required)
        return ("Id",)

    @cached_property
    def _by_header(self) -> dict[str, str]:
        names = [field.name for field in self.fields]
        return {**{name: name for name in names}, **{f"{self.object_type.name}.{n}": n for n in names}}

    @cached_property
    def _by_snake_case(self) -> dict[str, str]:
        return {field.name.replace("_", "").lower(): field.name for field in self.fields}

    def name_of(self, header: str) -> str | None:
        """Return the field that a header names, in any of its forms: see docs/jobs.md.

        Returns "" for a connector's own column, which begins with ``_``, and None for one that nobody knows.
        """
        if header in self._by_header:
            return self._by_header[header]
        if header.startswith("_"):
            return ""
        if header == header.lower():
            return self._by_snake_case.get(header.replace("_", ""))
        return None

    def read_header(self, file: str, headers: Iterable[str]) -> dict[str, str]:
        """Return the field of each header; "" of one to pass over.

        Raises:
            InvalidArgument: A column is unknown or there twice.
        """
        names: dict[str, str] = {}
        unknown: list[str] = []
        for header in headers:
            name = self.name_of(header.strip())
            if name is None:
                unknown.append(repr(header[:60]))
                continue
            if name and name in names.values():
                raise InvalidArgument(f"{file}: two columns are {name}.")
            names[header] = name
        known = ", ".join(field.name for field in self.fields)
        if unknown:
            raise InvalidArgument(
                f"{file}: unknown columns: {', '.join(unknown)}. Known are {known}; a name that begins with "
                "_ is passed over."
            )
        return names

    def require(self, file: str, names: Collection[str]) -> None:
        """Refuse a file whose rows would all be refused for a field that they cannot have.

        JSON Lines are not asked: a later row may have it.

        Raises:
            InvalidArgument: A column is missing.
        """
        missing = [name for name in self.required if name not in names]
        if self.kind is JobKind.ADJUST and not {"InvoiceId", "InvoiceNumber"} & {*names}:
            missing.insert(0, "InvoiceId or InvoiceNumber")
        if missing:
            raise InvalidArgument(f"{file}: these columns are missing: {', '.join(missing)}.")
