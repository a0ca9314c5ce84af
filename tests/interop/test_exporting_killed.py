"""Exports that are killed with SIGKILL at each of their steps, as processes of their own."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.bootstrap import build
from gateway.settings import Settings
from gateway.storage.store import SqlStore
from gateway.storage.tables import invoice_item_adjustments
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import CREDIT, World

# Each patches one step of an export so that the process kills itself there.
STEPS = {
    "while the file is written": "exporting.force_to_disk = die",
    "when the file is on the disk": "Exporting._move = die",
    "inside the transaction": """
save_mark = SqlExports.save_mark
SqlExports.save_mark = lambda *given: (save_mark(*given), die())
""",
    "before the file has its name": "exporting.give_name = die",
    "when the file has its name": """
give_name = exporting.give_name
exporting.give_name = lambda *given: (give_name(*given), die())
""",
}
CHILD = """
import os, signal, sys
from gateway.cli import main
from gateway.service.exports import exporting, Exporting
from gateway.storage.exports import SqlExports

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

{step}
main()
"""


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return database_url(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with an_empty_store(url) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    world = World(store, folder)
    world.load_the_dull_world()
    build(Settings(), store).sessions.add_user("ann", "correct horse")
    return world


def export(url: str, folder: Path, name: str, *more: str, step: str = "") -> subprocess.CompletedProcess[str]:
    arguments = ["export", "--mark", "nightly", "--mark-transferred", "--output", str(folder / name), *more]
    return subprocess.run(
        [sys.executable, "-c", CHILD.format(step=step), *arguments],
        env={**os.environ, "GATEWAY_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def go_on(store: SqlStore, folder: Path, name: str) -> None:
    """Export in this process what was not exported yet."""
    gateway = build(Settings(), store)
    caller = gateway.sessions.caller_named(None, door="export", request_id="r")
    gateway.exporting.advance("nightly", folder / name, None, caller)


def exported(folder: Path) -> list[str]:
    """Return the Ids in all files that have their names."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            found += [row["Id"] for row in csv.DictReader(file)]
    return found


def transferred(store: SqlStore) -> set[str | None]:
    column = invoice_item_adjustments.c.transferred_to_accounting
    with store.reading() as connection:
        return set(connection.scalars(select(column)))


@pytest.mark.parametrize("step", STEPS)
def test_an_export_killed_at_any_step_loses_and_doubles_nothing(
    world: World, url: str, tmp_path: Path, step: str
) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    ids = [world.adjust(CREDIT, "1.00") for _ in range(3)]
    killed = export(url, folder, "1.csv", step=STEPS[step])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    ids.append(world.adjust(CREDIT, "2.00"))
    go_on(world.store, folder, "2.csv")
    go_on(world.store, folder, "3.csv")
    assert exported(folder) == ids
    assert transferred(world.store) == {"Yes"}
    leftovers = [path.name for path in folder.iterdir() if path.suffix != ".csv"]
    assert leftovers in ([], ["1.csv.nightly.part"])
    was_committed = step in list(STEPS)[3:]
    assert (folder / "1.csv").exists() == was_committed
    assert bool(leftovers) == (not was_committed)


def test_a_file_that_was_taken_away_is_not_written_again(world: World, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    world.adjust(CREDIT, "1.00")
    export(url, folder, "1.csv", step=STEPS["when the file has its name"])
    (folder / "1.csv").rename(tmp_path / "taken.csv")
    refused = export(url, folder, "2.csv")
    assert refused.returncode == 2
    assert "say --taken if somebody has taken it away" in " ".join(refused.stderr.split())
    assert export(url, folder, "2.csv", "--taken").returncode == 0
    assert exported(folder) == []
