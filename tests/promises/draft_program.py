"""Settle the fair on a store of this process's own; print the digests of input and results.

Run as a program, with `WAVEPOOL_TEST_STORE` naming the store.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

import platform_ready
from promises.own_store import empty_store, pointed_at
from wavepool.domains.catalog.models import Plan
from wavepool.domains.credits import operations, queries
from wavepool.domains.people.models import Membership
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.fair import NIGHT, START, Fair, make_fair, two_months, work

assert platform_ready.READY


def settled_fair(folder: Path, monkeypatch: Any) -> Fair:
    """The fair in an empty store, what chance or the clock put there replaced."""
    fair = make_fair(make_cast(), folder / "lake", monkeypatch)
    Plan.objects.update(public_id="pln_fair")
    Membership.objects.update(since_at=START)
    return two_months(fair)


def main() -> None:
    """Print one line of JSON."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        folder = Path(place)
        settings.DATA_DIR = folder
        with empty_store(folder) as name, pointed_at(name):
            call_command("migrate", verbosity=0)
            settled_fair(folder, patch)
            run = operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
            work(NIGHT)
            found = queries.get_run(run.public_id)
            told = {"input": found.input_digest, "digest": found.digest}
            sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
