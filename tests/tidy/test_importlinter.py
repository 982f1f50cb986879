"""The architecture's contracts: each one closes when a small house breaks it."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidy.project_files import PROJECT

CONTRACTS = PROJECT / ".importlinter"


class TestTheContracts:
    def test_are_kept_by_a_house_without_imports(self, tmp_path: Path) -> None:
        assert lint(house(tmp_path)) == (0, set())

    @pytest.mark.parametrize(
        ("room", "line", "broken"),
        [
            ("engine", "import wavepool.cli", "Onion"),
            ("engine/money", "import httpx", "Pure engine"),
            ("engine/money", "import socket", "Pure engine"),
            ("engine/money", "import wavepool.engine.policy", "Rooms of the engine"),
            ("engine/sharing", "import wavepool.engine.scoring", "Rooms of the engine"),
            ("engine/worlds", "import wavepool.engine.attribution", "Worlds"),
            ("engine/helping", "", "Rooms of the engine"),
            ("billing", "", "Onion"),
            ("plumbing", "import wavepool.domains.people.queries", "Plumbing"),
            (
                "domains/people/queries",
                "import wavepool.domains.catalog.queries",
                "Order of the domains",
            ),
            (
                "domains/people/models",
                "import wavepool.domains.people.queries",
                "Rooms of a domain",
            ),
            ("domains/people/extras", "", "Rooms of a domain"),
            (
                "domains/catalog/queries",
                "import wavepool.domains.people.models",
                "Front door of people",
            ),
            ("domains/catalog/views", "import wavepool.domains.catalog.models", "Thin interfaces"),
        ],
    )
    def test_close(self, tmp_path: Path, room: str, line: str, broken: str) -> None:
        folder = house(tmp_path)
        (folder / room).mkdir(exist_ok=True)
        (folder / room / "__init__.py").write_text(f"{line}\n", encoding="utf-8")
        code, contracts = lint(folder)
        assert code == 1
        assert broken in contracts

    def test_close_on_a_circle(self, tmp_path: Path) -> None:
        folder = house(tmp_path)
        for here, there in (("one", "two"), ("two", "one")):
            text = f"import wavepool.engine.money.{there}\n"
            (folder / "engine" / "money" / f"{here}.py").write_text(text, encoding="utf-8")
        code, contracts = lint(folder)
        assert (code, contracts) == (1, {"No circles under the engine"})


def house(folder: Path) -> Path:
    """A package with every room that the contracts name, all empty."""
    config = configparser.ConfigParser()
    config.read(CONTRACTS, encoding="utf-8")
    layers = config["importlinter:contract:engine-rooms"]["layers"]
    rooms = [
        "",
        "cli",
        "engine",
        "plumbing",
        "site",
        "domains",
        *(f"engine/{name}" for name in layers.split() if name != "|"),
    ]
    for contract in config.sections():
        for name in ("protected_modules", "containers"):
            modules = config[contract].get(name, "").split()
            rooms += [each.removeprefix("wavepool.").replace(".", "/") for each in modules]
    rooms += ["domains/catalog/views", "domains/people/queries", "domains/catalog/queries"]
    for room in dict.fromkeys(room for room in rooms if room != "wavepool"):
        (folder / "wavepool" / room).mkdir(parents=True, exist_ok=True)
        (folder / "wavepool" / room / "__init__.py").touch()
    return folder / "wavepool"


def lint(package: Path) -> tuple[int, set[str]]:
    """Run the linter on a house; return its code and the first words of broken contracts."""
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", CONTRACTS],
        cwd=package.parent,
        env={**os.environ, "PYTHONPATH": str(package.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = answer.stdout.splitlines()
    broken = {line.partition(":")[0].removesuffix(" BROKEN") for line in lines if "BROKEN" in line}
    return answer.returncode, broken
