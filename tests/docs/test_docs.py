"""The documents tell the truth: links lead somewhere, and all that a user can set or type is described."""

import dataclasses
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
WANTED = ("README.md", "CHANGELOG.md", "DECISIONS.md", "docs/settings.md", "docs/commands.md")
DOCUMENTS = sorted({*WANTED, *(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md"))})

# Absolute paths below which developers keep their things; not the middle of a URL or of an XPath.
MACHINE_PATH = re.compile(r"(?<![\w.)}\]-])/(?:work/|root/|home/[a-z])")
# Variables that only the test run reads.
TEST_VARIABLES = re.compile(r"GATEWAY_(?:TEST_\w+|REQUIRE_ALL)")


def text_of(document: str) -> str:
    path = ROOT / document
    assert path.is_file(), f"{document} is not written yet"
    return path.read_text()


@cache
def tokens_of(path: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(path.read_text())


def links_of(path: Path) -> Iterator[str]:
    for block in tokens_of(path):
        for token in block.children or ():
            if target := token.attrGet("href") or token.attrGet("src"):
                yield str(target)
        for token in (block, *(block.children or ())):
            if token.type in {"html_block", "html_inline"}:
                yield from re.findall(r'\b(?:href|src)="([^"]*)"', token.content)


def anchors_of(path: Path) -> set[str]:
    """Return the anchors GitHub makes of the headings, and those spelt in HTML."""
    anchors = set(re.findall(r'\b(?:id|name)="([^"]+)"', path.read_text()))
    tokens = tokens_of(path)
    for opening, heading in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(child.content for child in heading.children or ())
            anchor = base = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            count = 0
            while anchor in anchors:
                count += 1
                anchor = f"{base}-{count}"
            anchors.add(anchor)
    return anchors


def names(text: str, word: str) -> bool:
    """Whether the text has this option, command or variable as a word of its own."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def tracked_files() -> list[Path]:
    """Return what git tracks or would track; of a copy without its history, all that is not hidden."""
    if not (ROOT / ".git").exists():
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return [
            ROOT / path for path in found if not any(re.match(r"\.|__|.*-info$", part) for part in path.parts)
        ]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_to_a_file_and_heading_that_exist(document: str) -> None:
    text_of(document)
    path, broken = ROOT / document, []
    for link in links_of(path):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = (path.parent / file).resolve() if file else path
        if not (target.exists() and target.is_relative_to(ROOT)):
            broken.append(f"{link}: no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors_of(target):
            broken.append(f"{link}: no such heading")
    assert not broken


def test_no_file_names_a_path_of_a_developers_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not named


def test_every_setting_is_described_and_every_described_setting_exists() -> None:
    from gateway.settings import Settings

    unnamed = [field.name for field in dataclasses.fields(Settings) if "env" not in field.metadata]
    assert not unnamed, "each field's metadata names its variable under the key 'env'"
    settings = {field.metadata["env"] for field in dataclasses.fields(Settings)}
    text = text_of("docs/settings.md")
    assert not sorted(setting for setting in settings if not names(text, setting)), (
        "missing in docs/settings.md"
    )
    described = set(re.findall(r"\bGATEWAY_[A-Z0-9_]*[A-Z0-9]\b", text))
    gone = {name for name in described - settings if not TEST_VARIABLES.fullmatch(name)}
    assert not sorted(gone), "docs/settings.md describes what no setting reads"


def test_every_command_and_option_is_described() -> None:
    import click

    from gateway.cli import gateway as main

    def walk(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
        yield path, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                for name in (*parameter.opts, *parameter.secondary_opts):
                    yield path, name
        if isinstance(command, click.Group):
            for name, child in command.commands.items():
                if not child.hidden:
                    yield from walk(child, f"{path} {name}")

    text = text_of("docs/commands.md")
    missing = [f"{word} (of {path})" for path, word in walk(main, "gateway") if not names(text, word)]
    assert not missing, "missing in docs/commands.md"


def test_every_make_target_is_in_the_readme() -> None:
    targets = re.findall(r"^([a-z][a-z-]*):.*##", text_of("Makefile"), flags=re.MULTILINE)
    assert targets, "the Makefile explains its targets with ##"
    missing = [target for target in targets if not names(text_of("README.md"), f"make {target}")]
    assert not missing, "missing in README.md"
