"""Vendored files are what their list says."""

from __future__ import annotations

import shutil
from pathlib import Path

from tidy import vendor


class TestVendoredFiles:
    def test_are_exactly_those_of_the_list(self) -> None:
        assert list(vendor.faults(vendor.FOLDER)) == []

    def test_carry_a_name_a_version_and_a_licence(self) -> None:
        for package in vendor.read_list(vendor.FOLDER)["packages"]:
            assert package["name"]
            assert package["version"]
            assert package["licence"] in {"MIT", "Apache-2.0", "ISC", "OFL-1.1"}

    def test_are_refused_when_changed_added_or_gone(self, tmp_path: Path) -> None:
        folder = tmp_path / "vendor"
        shutil.copytree(vendor.FOLDER, folder)
        (folder / "echarts" / "echarts.min.js").write_text("1")
        (folder / "stray.js").write_text("1")
        (folder / "lucide" / "house.svg").unlink()
        assert sorted(each.rpartition(": ")[0] for each in vendor.faults(folder)) == [
            "echarts/echarts.min.js",
            "lucide/house.svg",
            "stray.js",
        ]
