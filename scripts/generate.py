"""Write what is generated: wsdl/, schemas/ and the reference pages; with --check name what differs."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
from column_schemas import column_schemas
from compatibility import with_tables

from gateway.cli import gateway
from gateway.contract.published import Published, changes
from gateway.datafiles import ColumnType
from gateway.rest.openapi import render_openapi
from gateway.service.exports import EXPORT_COLUMNS
from gateway.service.tenant import TenantSettings
from gateway.settings import Settings
from gateway.soap.wsdl import render_schemas, render_wsdl

ADDRESS = "https://gateway.example/apps/services/a/{version}.0"
"""The endpoint in the published WSDL files: made up. A running gateway serves its own address instead."""

ROOT = Path(__file__).resolve().parent.parent


_SETTINGS = """# Settings

## Of a process

These are set in the environment; a command's options come before it. This page is written by
`make generate` from `gateway/settings.py`.

| variable | default | meaning |
| --- | --- | --- |
"""

_TENANT_SETTINGS = """
## Of the tenant

What an administrator decides is in the database, so that every process follows it from the next call on:
`gateway settings list`, `gateway settings set NAME VALUE`. Each change is written down with its time.

| name | default | meaning |
| --- | --- | --- |
"""

_COMMANDS = """# Commands

What `gateway COMMAND --help` says. Answers go to standard output, everything else to standard error. Exit
codes: 0, 1 (the work failed), 2 (wrong usage). This page is written by `make generate`.
"""


_TABLE_SCHEMA_TYPES = {ColumnType.DECIMAL: "number", ColumnType.TIMESTAMP: "datetime"}


def generated_files() -> dict[str, bytes]:
    """Return the content of every generated file by its path in the repository."""
    files = {
        "docs/settings.md": (
            _SETTINGS + "".join(_setting_rows()) + _TENANT_SETTINGS + "".join(_tenant_rows())
        ).encode(),
        "docs/compatibility.md": with_tables((ROOT / "docs/compatibility.md").read_text()).encode(),
        "schemas/openapi.json": _indented(render_openapi()),
        "schemas/export.json": _export_schema(),
        "docs/commands.md": (_COMMANDS + "".join(_command_sections(gateway, "gateway"))).encode(),
    }
    files |= column_schemas()
    for version in changes():
        published = Published(version)
        files[f"wsdl/gateway-{version}.0.wsdl"] = render_wsdl(published, ADDRESS.format(version=version))
        for name, content in render_schemas(published).items():
            files[f"schemas/{version}.0/{name}"] = content
    return files


def _indented(document: bytes) -> bytes:
    """Return a JSON document as people read it."""
    return f"{json.dumps(json.loads(document), indent=2)}\n".encode()


def _export_schema() -> bytes:
    """Return the columns of an export file as a Table Schema (Frictionless Data)."""
    columns = [
        {
            "name": each.column.name,
            "type": _TABLE_SCHEMA_TYPES.get(each.column.type, each.column.type.value),
            "description": each.meaning,
        }
        for each in EXPORT_COLUMNS
    ]
    schema = {"fields": columns, "primaryKey": ["Position"], "missingValues": [""]}
    return _indented(json.dumps(schema).encode())


def _setting_rows() -> Iterator[str]:
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default != "" else "empty"
        yield f"| `{setting.metadata['env']}` | {default} | {setting.metadata['meaning']} |\n"


def _tenant_rows() -> Iterator[str]:
    texts = TenantSettings().texts()
    for setting in fields(TenantSettings):
        yield f"| `{setting.name}` | `{texts[setting.name]}` | {setting.metadata['meaning']} |\n"


def _command_sections(command: click.Command, name: str) -> Iterator[str]:
    """Return a section for a command and, below it, for each of its own commands."""
    context = click.Context(command, info_name=name, terminal_width=100, **command.context_settings)
    yield f"\n## {name}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None, "it was listed"
            yield from _command_sections(found, f"{name} {child}")


def differing(files: dict[str, bytes], root: Path = ROOT) -> list[str]:
    """Return the paths that are missing below the root or hold something else, in the files' order."""
    return [
        path
        for path, content in files.items()
        if not (root / path).is_file() or (root / path).read_bytes() != content
    ]


def main() -> int:
    """Write what differs, or only name it; with --check return 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    check = parser.parse_args().check
    files = generated_files()
    paths = differing(files)
    for path in paths:
        print(f"{'differs from its source' if check else 'written'}: {path}")
        if not check:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(files[path])
    return 1 if check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
