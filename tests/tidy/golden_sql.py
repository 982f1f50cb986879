"""The steps' SQL as the other engines read it, written once and kept beside the source.

`make golden` writes `golden/<dialect>/<step>.sql` next to each step; a test holds
them against what the transpiler gives, so nothing is transpiled at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp

from tidy.project_files import ENGINE, place_of

DIALECTS = ("spark",)
# Rooms that run on one machine only; matching of suspects is graph work, not a scan.
ONE_MACHINE = {"integrity", "worlds"}
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
_STAND_IN = re.compile(r"\bparameter__(\w+?)__\b")


class NotPortable(Exception):
    """A step's text that does not come through transpiling whole."""


def portable_steps(engine: Path = ENGINE) -> Iterator[Path]:
    """Every step that must run on all engines."""
    for path in sorted(engine.rglob("*.sql")):
        parts = path.relative_to(engine).parts
        if "golden" not in parts and parts[0] not in ONE_MACHINE:
            yield path


def golden_path(step: Path, dialect: str) -> Path:
    """Where a step's text of another dialect stands."""
    return step.parent / "golden" / dialect / step.name


def golden_text(text: str, dialect: str) -> str:
    """Transpile one step; parameters stay parameters, division stays whole.

    >>> print(golden_text("select a.x // $cap as x from a", "spark"))
    SELECT
      a.x DIV $cap AS x
    FROM a
    <BLANKLINE>

    Raises:
        NotPortable: more than one statement, or a division that left the integers.
    """
    # A parameter travels as a column name; $ means something else in every dialect.
    held = _PARAMETER.sub(lambda found: f"parameter__{found.group(1)}__", text)
    statements = sqlglot.parse(held, read="duckdb")
    if len(statements) != 1 or not isinstance(statements[0], exp.Expression):
        raise NotPortable(f"one statement is wanted, {len(statements)} were read")
    if statements[0].find(exp.Div) is not None:
        raise NotPortable("/ divides into floats")
    written = statements[0].sql(dialect=dialect, pretty=True, comments=False)
    return _STAND_IN.sub(r"$\1", written) + "\n"


def write_all() -> list[str]:
    """Write every golden file anew, drop those without a step, and name what changed."""
    changed = []
    wanted = {
        golden_path(step, dialect): golden_text(step.read_text(encoding="utf-8"), dialect)
        for step in portable_steps()
        for dialect in DIALECTS
    }
    for path in ENGINE.rglob("golden/*/*.sql"):
        if path not in wanted:
            path.unlink()
            changed.append(f"dropped {place_of(path)}")
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(f"wrote {place_of(path)}")
    return changed


if __name__ == "__main__":
    print("\n".join(write_all()) or "all golden texts are current")  # noqa: T201 - a command's answer
