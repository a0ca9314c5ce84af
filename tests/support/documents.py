"""A document of docs/ as a program: its code blocks are run in order, and what they print is what it says.

- ``python`` blocks share one namespace; ``sh`` blocks are run by bash, which stops at the first failure.
- A ``text`` block behind one of them is what it prints; ``...`` stands for anything, lines too.
- A block whose info string names a file, such as ``csv adjustments.csv``, is written to it; ``no-run`` is no
  file but says that the block is only to be read.
- All other blocks are left alone.

Everything happens in one folder. What a reader has to put in, an address for one, is replaced first.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]


def run_document(
    document: str,
    folder: Path,
    replaced: Mapping[str, str] | None = None,
    languages: Collection[str] = ("python", "sh"),
    **environment: str,
) -> int:
    """Run a document's blocks in a folder and return how many were run.

    Args:
        document: Its path from the project's root.
        folder: Where files are written and commands run; `gateway` and `python` are those of this run.
        replaced: Texts of the blocks, all of which must occur, and what is there instead.
        languages: Those that are run.
        environment: More variables for the ``sh`` blocks.
    """
    blocks = [token for token in MarkdownIt().parse((ROOT / document).read_text()) if token.type == "fence"]
    replaced = replaced or {}
    for old in replaced:
        assert any(old in block.content for block in blocks), f"{document} does not say {old!r}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = os.environ | {"PATH": path} | environment
    namespace: dict[str, object] = {"__name__": "document"}
    printed, run = None, 0
    for block in blocks:
        language, _, file = block.info.partition(" ")
        content = block.content
        for old, new in replaced.items():
            content = content.replace(old, new)
        where = f"{document}:{block.map[0] + 1}"
        last, printed = printed, None
        if file and file != "no-run":
            (folder / file).write_text(content)
        elif language == "text" and last is not None:
            wanted = ".*".join(re.escape(part) for part in content.strip().split("..."))
            assert re.fullmatch(wanted, last.strip(), re.DOTALL), f"{where} printed:\n{last}"
        elif file or language not in languages:
            continue
        elif language == "python":
            # Blank lines in front: a traceback names the document's own lines.
            code = compile("\n" * (block.map[0] + 1) + content, str(ROOT / document), "exec")
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.chdir(folder):
                exec(code, namespace)
            printed, run = out.getvalue(), run + 1
        elif language == "sh":
            printed, run = _run_shell(content, folder, variables, where), run + 1
    return run


def _run_shell(script: str, folder: Path, variables: Mapping[str, str], where: str) -> str:
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, f"{where} ended with {finished.returncode}:\n{finished.stdout}"
    return finished.stdout
