"""docs/compatibility.md keeps what it promises: each "same" names a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from gateway.contract.errors import ErrorCode
from gateway.contract.objects import OBJECTS
from gateway.contract.operations import HEADERS, OPERATIONS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/compatibility.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in DOCUMENT.splitlines()
    if line.startswith("| ") and not line.startswith("| ---")
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT)))


@cache
def names_in(file: str) -> set[str]:
    path = ROOT / file
    if not path.is_file():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=lambda part: part)
def test_a_test_that_is_named_is_there(file: str, test: str) -> None:
    assert test in names_in(file)


def test_whatever_is_the_same_names_its_test() -> None:
    same = [row for row in ROWS if any(cell == "same" or cell.startswith("same;") for cell in row)]
    assert len(same) > 200
    assert [row for row in same if not re.fullmatch(r"`tests/\S+::\w+`", row[-1])] == []


def test_every_operation_header_field_and_error_has_its_row() -> None:
    firsts = {row[0] for row in ROWS}
    names = {f"{header}.{child.name}" for header, children in HEADERS.items() for child in children}
    names |= {str(code) for code in ErrorCode}
    names |= {field.name for object_type in OBJECTS for field in object_type.output_fields}
    assert names - firsts == set()
    calls = " ".join(firsts)
    assert [operation for operation in OPERATIONS if operation not in calls] == []


def test_the_codes_that_are_never_answered_are_named_nowhere_in_the_code() -> None:
    named = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        if path.name != "errors.py" or path.parent.name != "contract":
            named |= set(re.findall(r"ErrorCode\.([A-Z_]+)", path.read_text()))
    never = {row[0] for row in ROWS if len(row) > 2 and row[2].startswith("never answered")}
    assert never == {str(code) for code in ErrorCode} - named
