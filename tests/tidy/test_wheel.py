"""The wheel carries everything that the package needs: Python, SQL, TOML, and the type marker."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tidy.project_files import PROJECT, SOURCE, project_files


class TestTheWheel:
    def test_holds_every_file_of_the_package_and_nothing_else(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
        subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
        [wheel] = tmp_path.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        ours = {path.relative_to(SOURCE.parent).as_posix() for path in project_files(under=SOURCE)}
        assert packed == ours
        assert any(name.endswith(".sql") for name in packed)
        assert any(name.endswith(".toml") for name in packed)
        assert "wavepool/py.typed" in packed
