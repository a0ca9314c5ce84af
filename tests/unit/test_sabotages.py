"""The sabotages that the long runs must notice still fit the code."""

import ast
import shutil

import pytest

from sabotage.run import ROOT, RUNS
from sabotage.sabotages import SABOTAGES, Sabotage


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_a_sabotage_changes_one_line_that_is_there_and_leaves_valid_python(
    sabotage: Sabotage, tmp_path
) -> None:
    copy = tmp_path / sabotage.file
    copy.parent.mkdir(parents=True)
    shutil.copy(ROOT / sabotage.file, copy)
    before = sabotage.apply(tmp_path)
    after = copy.read_text()
    changed = [
        pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]
    ]
    assert len(changed) == 1
    ast.parse(after)
    assert set(sabotage.noticed_by) <= set(RUNS)
