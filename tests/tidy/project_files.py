"""The files of the project, as the rules see them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "wavepool"
ENGINE = SOURCE / "engine"
_NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", "node_modules"}


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken."""

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.message}"


def project_files(*suffixes: str, under: Path = PROJECT) -> list[Path]:
    """Files that belong to the project, sorted; all of them when no suffix is named.

    In a git checkout: what is tracked or would be. In a bare copy: every file
    outside the folders that tools make.
    """
    found = [path for path in _listed() if path.is_file() and path.is_relative_to(under)]
    return [path for path in found if not suffixes or path.suffix in suffixes]


def place_of(path: Path) -> str:
    """A file's name from the project's root."""
    return path.relative_to(PROJECT).as_posix()


def report(findings: list[Finding]) -> str:
    """Findings as text, one a line; empty when there are none."""
    return "\n".join(str(finding) for finding in sorted(findings))


def _listed() -> list[Path]:
    if (PROJECT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
        return sorted(PROJECT / name for name in listing.stdout.decode().split("\0") if name)
    return sorted(
        path for path in PROJECT.rglob("*") if _NOT_OURS.isdisjoint(path.relative_to(PROJECT).parts)
    )
