"""What the house style promises of files: packages that introduce themselves, modules of a readable size."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for path in ROOT.glob("gateway/**/__init__.py"))
MODULES = sorted(path for folder in ("gateway", "scripts") for path in ROOT.glob(f"{folder}/**/*.py"))
MOST_LINES = 400
# Modules that are longer for a reason: path -> reason.
LONGER: dict[str, str] = {}


def module_name(package: Path) -> str:
    return ".".join(package.relative_to(ROOT).parts)


@pytest.mark.parametrize("package", PACKAGES, ids=module_name)
def test_a_package_says_its_idea_and_spells_its_names(package: Path) -> None:
    assert ast.get_docstring(ast.parse((package / "__init__.py").read_text())), "no docstring"
    if package == ROOT / "gateway":
        return  # it imports nothing, so that the client stays light
    module = importlib.import_module(module_name(package))
    spelt = getattr(module, "__all__", None)
    assert spelt is not None, "no __all__"
    assert not [name for name in spelt if not hasattr(module, name)], "names in __all__ that do not exist"
    assert len(set(spelt)) == len(spelt), "a name twice in __all__"


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    long = {path: lines for path, lines in lengths.items() if lines > MOST_LINES}
    assert sorted(long) == sorted(LONGER), long


def test_every_dependency_has_a_locked_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    wanted = [Requirement(line) for line in lines if not line.startswith(f"{project['name']}[")]
    lock = (ROOT / "requirements/dev.txt").read_text()
    locked = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock, flags=re.MULTILINE))
    unfit = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"))
    ]
    assert not unfit, "run `make lock`"
    build = re.findall(r"^[a-z]\S*", (ROOT / "requirements/build.in").read_text(), flags=re.MULTILINE)
    built = re.findall(
        r"^([a-z0-9._-]+)==", (ROOT / "requirements/build.txt").read_text(), flags=re.MULTILINE
    )
    assert not set(build) - set(built), "run `make lock`"
