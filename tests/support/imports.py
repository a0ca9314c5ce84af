"""Import files of the dull world, loaded into a real store beside adjustments that are made there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.engine import AdjustmentType, SourceType
from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller
from gateway.service.configuration import Configurations
from gateway.service.ids import new_ids
from gateway.service.imports.importing import Importing
from gateway.service.imports.results import ImportResult
from gateway.service.records import Record
from gateway.service.saving import Saving
from gateway.storage.store import SqlStore

NOW = datetime(2024, 3, 20, 12, 0, tzinfo=UTC)
CREDIT, CHARGE = AdjustmentType.CREDIT, AdjustmentType.CHARGE

ACCOUNT_FILE = ["Id,Name,AccountNumber,Currency,Balance", "1,Ann,A1,EUR,100.00"]
INVOICE_FILE = [
    "Id,AccountId,InvoiceNumber,InvoiceDate,Amount,Balance,Status",
    "11,1,INV1,2024-03-01,100.00,100.00,Posted",
]
ITEM_FILE = ["Id,InvoiceId,ChargeAmount,Balance,ChargeName", "21,11,80.00,80.00,Seats"]
TAX_FILE = ["Id,InvoiceId,InvoiceItemId,TaxAmount,Balance,Name", "31,11,21,20.00,20.00,VAT"]


@dataclass
class World:
    """A store, a folder of import files, and the use cases over them."""

    store: SqlStore
    folder: Path

    def write(self, **files: list[str]) -> None:
        """Write files by the names of their objects; the folder has only these."""
        for file in self.folder.glob("*.csv"):
            file.unlink()
        for name, lines in files.items():
            (self.folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def load(self, **options: Any) -> ImportResult:
        use_case = Importing(self.store, lambda: NOW, Configurations(self.store), currencies={"XTS": 3})
        return use_case.load([self.folder], **options)

    def load_files(
        self, *, expect_bad: int = 0, options: dict[str, Any] | None = None, **files: list[str]
    ) -> ImportResult:
        self.write(**files)
        result = self.load(**(options or {}))
        assert result.bad == expect_bad, result.bad_rows
        return result

    def load_the_dull_world(self) -> None:
        self.load_files(
            Account=ACCOUNT_FILE, Invoice=INVOICE_FILE, InvoiceItem=ITEM_FILE, TaxationItem=TAX_FILE
        )

    @property
    def adjusting(self) -> Adjusting:
        return Adjusting(Saving(self.store, lambda: NOW, new_ids, Configurations(self.store)))

    def adjust(self, type_: AdjustmentType, amount: str, source_id: str = "21", **more: str) -> str:
        """Adjust an item (2...), a tax (3...) or, without a source, the invoice; return the Id."""
        values = {"AdjustmentDate": "2024-03-20", "Amount": amount, "InvoiceId": "11", "Type": type_, **more}
        if source_id:
            source_type = SourceType.INVOICE_DETAIL if source_id.startswith("2") else SourceType.TAX
            values |= {"SourceId": source_id, "SourceType": source_type}
        object_type = INVOICE_ITEM_ADJUSTMENT if source_id else INVOICE_ADJUSTMENT
        [outcome] = self.adjusting.create(Caller("9"), [Record(values)], object_type=object_type)
        assert not outcome.errors, outcome.errors
        return outcome.id

    def row(self, table: Any, id_: str) -> Any:
        with self.store.engine.connect() as connection, connection.begin():
            return connection.execute(select(table).where(table.c.id == id_)).one()

    def count(self, table: Any) -> int:
        with self.store.engine.connect() as connection, connection.begin():
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def reasons(self, result: ImportResult) -> list[tuple[str, int, str, str]]:
        return [(Path(bad.file).name, bad.line, bad.column, bad.reason) for bad in result.bad_rows]


def with_(lines: list[str], column: str, value: str) -> list[str]:
    """Return a file of one record with one value changed; the column is added where it is missing."""
    header, cells = lines[0].split(","), lines[1].split(",")
    if column not in header:
        header, cells = [*header, column], [*cells, ""]
    cells[header.index(column)] = value
    return [",".join(header), ",".join(cells)]


def without(lines: list[str], column: str) -> list[str]:
    position = lines[0].split(",").index(column)
    return [",".join(cell for i, cell in enumerate(line.split(",")) if i != position) for line in lines]
