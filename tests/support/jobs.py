"""Bulk jobs over a gateway in process: files of rows in, the result file's rows out."""

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select

from gateway.service.callers import Caller
from gateway.service.job_ports import Job, JobKind, JobState
from gateway.service.jobs import ResultFile, Run, Tally
from gateway.service.jobs.results import shown_names
from gateway.service.jobs.starting import Prepared, Starting
from gateway.soap.saved import read_saved
from gateway.storage.tables import audit_entries, invoice_item_adjustments, invoices
from support.builders import an_invoice, an_item
from support.databases import put
from support.gateways import InProcess

HEADER = "InvoiceId,SourceId,SourceType,Type,Amount,AdjustmentDate"
DAY = "2024-03-15"


def invoice_id(number: int) -> str:
    return f"{number:031d}1"


def item_id(number: int) -> str:
    return f"{number:031d}2"


def row(number: int = 1, amount: str = "1.00", type_: str = "Credit", **more: str) -> str:
    values = {
        "InvoiceId": invoice_id(number),
        "SourceId": item_id(number),
        "SourceType": "InvoiceDetail",
        "Type": type_,
        "Amount": amount,
        "AdjustmentDate": DAY,
    }
    return ",".join((values | more).values())


def bill(in_process: InProcess, count: int, amount: str = "100.00") -> None:
    """Put invoices of one item each into the store, numbered from 1."""
    for number in range(1, count + 1):
        put_one(in_process, number, amount)


def put_one(in_process: InProcess, number: int, amount: str = "100.00", balance: str | None = None) -> None:
    id_, account = invoice_id(number), f"{number:031d}0"
    put(
        in_process.store,
        an_invoice(amount, balance, id=id_, number=f"INV{number}", account_id=account),
        an_item(amount, id=item_id(number), invoice_id=id_),
    )


@dataclass
class Outcome:
    """A job that ran, and its result file's rows by name."""

    job: Job
    tally: Tally
    rows: list[dict[str, str]]
    divided: int

    @property
    def said(self) -> list[tuple[int, str]]:
        return sorted((int(row["row"]), row["outcome"]) for row in self.rows)

    def of(self, number: int) -> dict[str, str]:
        (found,) = [row for row in self.rows if row["row"] == str(number)]
        return found


class JobWorld:
    """A gateway and a folder."""

    def __init__(self, in_process: InProcess, folder: Path) -> None:
        self.in_process, self.folder = in_process, folder
        self.gateway, self.store = in_process.gateway, in_process.store

    def caller(self) -> Caller:
        return self.gateway.sessions.caller_named(None, door="bulk", request_id="")

    def write(self, *lines: str, name: str = "rows.csv", header: str = HEADER) -> Path:
        path = self.folder / name
        path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        return path

    def starting(self) -> Starting:
        return Starting(self.gateway.jobs, self.gateway.querying, read_saved)

    def options(self, **options: object) -> dict[str, object]:
        return {"chunk_rows": 5000, "most": 50_000} | options

    def files(
        self,
        *paths: Path,
        kind: JobKind = JobKind.ADJUST,
        again: bool = False,
        stop_after: int | None = None,
        **options: object,
    ) -> Outcome:
        prepared = self.starting().with_files(
            self.caller(), kind, paths, self.options(**options), again=again
        )
        return self.run(prepared, stop_after)

    def undo(self, job: Job, kind: JobKind = JobKind.REVERSE, **options: object) -> Outcome:
        return self.run(self.starting().undoing(self.caller(), kind, job, {}, self.options(**options)))

    def resume(self, job: Job) -> Outcome:
        return self.run(self.starting().with_job(self.caller(), job))

    def run(self, prepared_in: AbstractContextManager[Prepared], stop_after: int | None = None) -> Outcome:
        """Run a job in this process, and stop it behind so many chunks."""
        with prepared_in as prepared:
            job = prepared.job
            path = self.folder / "results.csv"
            dry_run = bool(job.options.get("dry_run"))
            chunks_done: list[int] = []

            def stopping() -> bool:
                return stop_after is not None and len(chunks_done) >= stop_after

            def doing(chunks: Iterator) -> Iterator:
                for chunk in chunks:
                    stored = self.gateway.chunks.do(job, chunk)
                    chunks_done.append(chunk.number)
                    yield stored

            with ResultFile(path, shown_names(job.sources), dry_run=dry_run) as results:
                run = Run(doing, results, Tally(job.rows), stopping)
                run.go(prepared.chunks, run.take_over(prepared.done))
                results.complete()
            if not dry_run:
                if not self.gateway.jobs.finish_if_done(job.id):
                    self.gateway.jobs.move(job.id, JobState.STOPPED)
                job = self.gateway.jobs.show(job.id)
            return Outcome(job, run.tally, read_results(path), prepared.divided())

    def balance(self, number: int) -> Decimal:
        with self.store.engine.connect() as connection:
            return connection.scalar(select(invoices.c.balance).where(invoices.c.id == invoice_id(number)))

    def count(self) -> int:
        with self.store.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(invoice_item_adjustments)) or 0

    def doors(self) -> set[tuple[str, str]]:
        columns = (audit_entries.c.door, audit_entries.c.request_id)
        with self.store.engine.connect() as connection:
            return {tuple(found) for found in connection.execute(select(*columns))}

    def proves(self) -> bool:
        """Say whether every balance and the audit trail prove."""
        proof = self.gateway.verifying.verify(lambda _: None)
        return proof.differences == 0


def read_results(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
