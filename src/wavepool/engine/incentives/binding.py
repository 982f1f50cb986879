"""From the documents that a policy names to programmes that may pay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wavepool.engine.incentives.linting import ProgrammesRefused, lint_programmes
from wavepool.engine.incentives.programmes import Programmes
from wavepool.engine.incentives.reading import load_programmes
from wavepool.engine.incentives.toml_sections import ProgrammeInvalid


def binding_programmes(
    names: Sequence[str], *, folder: Path | None = None
) -> tuple[Programmes, ...]:
    """Read the incentive documents that a policy names, and lint them.

    Args:
        names: of packaged documents, or files that end in `.toml`.
        folder: where such files lie; without it there are packaged ones only.

    Raises:
        ProgrammeInvalid: a document is absent or malformed.
        ProgrammesRefused: the linter has something against a document.

    >>> [document.id for document in binding_programmes(["incentives_2022"])]
    ['incentives_2022']
    """
    return tuple(_binding(name, folder) for name in names)


def _binding(name: str, folder: Path | None) -> Programmes:
    is_file = name.endswith(".toml")
    if is_file and folder is None:
        raise ProgrammeInvalid(
            "policy.programmes", rule="names packaged documents only", value=name
        )
    try:
        document = load_programmes(folder / name if is_file and folder is not None else name)
    except FileNotFoundError as error:
        raise ProgrammeInvalid(
            "policy.programmes", rule="names a packaged document or a file", value=name
        ) from error
    findings = lint_programmes(document)
    if findings:
        raise ProgrammesRefused(document.id, findings=findings)
    return document
