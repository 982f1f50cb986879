"""Steps: SQL texts that stand beside the Python functions that run them."""

from __future__ import annotations

import functools
import re
from importlib import resources

_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


class StepParameterMissing(Exception):
    """A step's text names a parameter that the caller did not give, or the reverse."""

    def __init__(self, step: str, names: set[str]) -> None:
        super().__init__(f"step {step}: parameters do not match: {', '.join(sorted(names))}")
        self.step = step
        self.names = names


def step_sql(package: str, name: str, /, *, dialect: str = "duckdb", **parameters: int) -> str:
    """Read a step and fill its parameters.

    The text in `name.sql` is DuckDB's dialect; another dialect has its checked
    twin in `golden/<dialect>/name.sql` of the same package. Parameters are
    integers only, so no text can enter the SQL from outside.

    Raises:
        StepParameterMissing: the text and the call name different parameters.
    """
    text = read_step(package, name, dialect)
    wanted = set(_PARAMETER.findall(text))
    if wanted != set(parameters):
        raise StepParameterMissing(name, wanted ^ set(parameters))
    for key, value in parameters.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise StepParameterMissing(name, {key})
    return _PARAMETER.sub(lambda found: str(parameters[found.group(1)]), text)


@functools.cache
def read_step(package: str, name: str, dialect: str = "duckdb") -> str:
    """Read a step's text as it is stored, parameters unfilled, comments removed."""
    folder = resources.files(package)
    if dialect != "duckdb":
        folder = folder / "golden" / dialect
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return "\n".join(lines).strip().rstrip(";")
