"""What a long run tells: progress on standard error, what it came to on standard output."""

import sys
from collections import Counter
from collections.abc import Sequence

SHOWN_PROBLEMS, SHOWN_CHARACTERS = 8, 2000


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_counts(title: str, counts: Counter[str]) -> None:
    tell(f"  {title}")
    for what, times in sorted(counts.items()):
        tell(f"    {times:>9,}  {what}")


def tell_problems(problems: Sequence[str]) -> None:
    for problem in problems[:SHOWN_PROBLEMS]:
        tell(f"PROBLEM {problem[:SHOWN_CHARACTERS]}")
