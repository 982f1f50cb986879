"""Notebooks: each one runs from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tidy.project_files import PROJECT, place_of, project_files

NOTEBOOKS = project_files(".ipynb", under=PROJECT / "docs")


def run(notebook: nbformat.NotebookNode, *, folder: Path) -> nbformat.NotebookNode:
    """Execute a notebook in a folder of its own."""
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute()


class TestANotebook:
    @pytest.mark.parametrize("path", NOTEBOOKS, ids=place_of)
    def test_runs_to_its_end(self, path: Path, tmp_path: Path) -> None:
        done = run(nbformat.read(path, as_version=4), folder=tmp_path)
        assert any(cell.cell_type == "code" and cell.outputs for cell in done.cells)

    def test_fails_when_a_cell_fails(self, tmp_path: Path) -> None:
        broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 // 0")])
        with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
            run(broken, folder=tmp_path)
