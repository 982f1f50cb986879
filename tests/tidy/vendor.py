"""Files of others that the pages use as they are: fetched by name and version, kept by hash.

`python -m tidy.vendor` (for maintainers; needs npm) fetches what `VENDOR.json`
names and writes the hashes anew. Contributors need neither npm nor a network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tidy.project_files import PROJECT

FOLDER = PROJECT / "src" / "wavepool" / "site" / "static" / "site" / "vendor"
LIST = "VENDOR.json"


def read_list(folder: Path) -> dict[str, Any]:
    """The list of packages, their licences and files."""
    found: dict[str, Any] = json.loads((folder / LIST).read_text(encoding="utf-8"))
    return found


def faults(folder: Path) -> Iterator[str]:
    """Files that differ from the list, are missing, or stand in no list."""
    listed = set()
    for package in read_list(folder)["packages"]:
        for each in package["files"]:
            path = folder / each["path"]
            listed.add(path)
            if not path.is_file():
                yield f"{each['path']}: missing"
            elif digest(path) != each["sha256"]:
                yield f"{each['path']}: differs from {package['name']} {package['version']}"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in listed and path.name != LIST:
            yield f"{path.relative_to(folder)}: in no list"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(folder: Path) -> None:
    """Fetch every package at its version and copy the files that the pages use."""
    listing = read_list(folder)
    for package in listing["packages"]:
        with tempfile.TemporaryDirectory() as place:
            wanted = f"{package['name']}@{package['version']}"
            subprocess.run(["npm", "pack", "--silent", wanted], cwd=place, check=True)
            with tarfile.open(next(Path(place).glob("*.tgz"))) as archive:
                archive.extractall(place, filter="data")
            for each in package["files"]:
                target = folder / each["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(place, "package", each["source"]), target)
                each["sha256"] = digest(target)
    text = json.dumps(listing, indent=1, ensure_ascii=False)
    (folder / LIST).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    fetch(FOLDER)
