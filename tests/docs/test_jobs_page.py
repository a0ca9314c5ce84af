"""The page on bulk jobs: its files are read and its commands run, in order, on the demo's invoice."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner
from markdown_it import MarkdownIt

from gateway.cli import gateway
from gateway.cli.sample import write_sample

ROOT = Path(__file__).parents[2]


def blocks() -> list[tuple[str, str, str]]:
    """Return the code blocks of the page: language, content, and the file that the sentence before names."""
    tokens = MarkdownIt("commonmark").parse((ROOT / "docs/jobs.md").read_text())
    shown = [token for token in tokens if token.type in {"inline", "fence"}]
    return [
        (fence.info, fence.content, next(iter(re.findall(r"`(credits\.\w+)`", said.content)), ""))
        for said, fence in pairwise(shown)
        if fence.type == "fence"
    ]


def test_every_file_of_the_page_is_adjusted_and_every_command_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}"})

    def run(*arguments: str) -> tuple[int, str]:
        done = runner.invoke(gateway, arguments)
        return done.exit_code, done.output

    run("init")
    runner.invoke(gateway, ["users", "add", "ann", "--password-stdin"], input="correct horse\n")
    write_sample(tmp_path / "data", items=20)
    run("import", "data")
    for language, content, name in blocks():
        if language == "python":
            subprocess.run([sys.executable, "-c", content], check=True, cwd=tmp_path)
        elif name:
            Path(name).write_text(content)
    for line in "".join(content for language, content, _ in blocks() if language == "sh").splitlines():
        code, out = run(*line.split()[1:])
        assert code == (1 if "credits.csv" in line else 0), out
        assert "Usage" not in out
    for name in ("credits.jsonl", "credits.parquet", "credits.xml"):
        code, out = run("adjust", name)
        assert (code, " 0 refused" in out) == (0, True), out
    assert run("verify")[0] == 0


def test_what_is_generated_is_as_its_sources_say():
    checked = subprocess.run(
        [sys.executable, ROOT / "scripts/generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")
