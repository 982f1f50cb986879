"""Breaking a step on purpose, to see that its check fails."""

from __future__ import annotations

import pytest

from wavepool.engine.relations import step_sql

STEPS = "wavepool.engine.scoring.evidence.step_sql"


class NothingToBreak(AssertionError):
    """The text to be broken stands in no step that ran."""


def meddle(monkeypatch: pytest.MonkeyPatch, step: str, *, right: str, wrong: str) -> None:
    """Replace a piece of one step's SQL, parameters filled in; the step must hold it."""

    def careless(package: str, name: str, /, *, dialect: str = "duckdb", **given: int) -> str:
        text = step_sql(package, name, dialect=dialect, **given)
        if name != step:
            return text
        if right not in text:
            raise NothingToBreak(f"{step} holds no {right!r}")
        return text.replace(right, wrong)

    monkeypatch.setattr(STEPS, careless)
