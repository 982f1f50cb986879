"""Words: every string of the pages is translated, none is left over, the compiled ones are current."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest

from tidy import words

FOLDERS = words.app_folders()

needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="gettext is missing: apt-get install gettext"
)


def collected(folder: Path, into: Path) -> Path:
    """A copy of an app with its catalogue brought up to its strings."""
    copy = into / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    words.collect(copy)
    return copy


def texts(folder: Path) -> set[tuple[str, str]]:
    """Context and text of every entry of a catalogue."""
    if not (folder / words.CATALOGUE).exists():
        return set()
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(folder / words.CATALOGUE)}


@pytest.mark.must_run
@needs_gettext
@pytest.mark.parametrize("name", FOLDERS)
class TestTheWordsOfAnApp:
    def test_are_all_collected_and_none_is_left_over(self, name: str, tmp_path: Path) -> None:
        fresh = collected(FOLDERS[name], tmp_path)
        assert texts(FOLDERS[name]) == texts(fresh)

    def test_are_all_translated(self, name: str) -> None:
        assert list(words.untranslated(FOLDERS[name])) == []

    def test_are_compiled(self, name: str, tmp_path: Path) -> None:
        compiled = (FOLDERS[name] / words.CATALOGUE).with_suffix(".mo").read_bytes()
        shutil.copytree(FOLDERS[name] / "locale", tmp_path / "locale")
        words.compile_words(tmp_path)
        assert (tmp_path / words.CATALOGUE).with_suffix(".mo").read_bytes() == compiled


@pytest.mark.must_run
@needs_gettext
class TestTheCheck:
    def test_sees_a_new_string(self, tmp_path: Path) -> None:
        copy = collected(FOLDERS["people"], tmp_path)
        (copy / "fresh.py").write_text('_("A sentence that nobody translated")\n', encoding="utf-8")
        words.collect(copy)
        assert list(words.untranslated(copy)) == ["A sentence that nobody translated"]

    def test_sees_a_string_that_is_no_longer_used(self, tmp_path: Path) -> None:
        copy = collected(FOLDERS["people"], tmp_path)
        before = texts(copy)
        shutil.rmtree(copy / "templates")
        words.collect(copy)
        assert before - texts(copy)
