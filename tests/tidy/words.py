"""Translations: collect every string of the platform, compile what is translated.

`make words` (or `python -m tidy.words [APP …]`) needs gettext's programs. The
catalogues stand in the apps: `locale/zh_Hans/LC_MESSAGES/django.po` and its `.mo`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.core.management.commands import makemessages

import platform_ready
from tidy.project_files import PROJECT

assert platform_ready.READY
PACKAGE = PROJECT / "src" / "wavepool"
CATALOGUE = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")

# What a catalogue says of itself: nothing that changes with every run.
HEADER = {
    "Content-Transfer-Encoding": "8bit",
    "Content-Type": "text/plain; charset=UTF-8",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Collect(makemessages.Command):
    """Django's own command, without guesses and without places that change with every edit."""

    msgmerge_options = [  # noqa: RUF012  as its base declares it
        *makemessages.Command.msgmerge_options,
        "--no-fuzzy-matching",
    ]


def app_folders() -> dict[str, Path]:
    """Every app of the platform by name."""
    found = {path.parent.name: path.parent for path in PACKAGE.glob("**/apps.py")}
    return dict(sorted(found.items()))


def collect(folder: Path) -> None:
    """Bring an app's catalogue up to its strings; new ones stand there untranslated."""
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    words = ["--locale=zh_Hans", "--no-obsolete", "--no-wrap", "--add-location=never"]
    words += ["--ignore=static/vendor/*", "--verbosity=0"]
    with contextlib.chdir(folder):
        Collect().run_from_argv(["manage.py", "makemessages", *words])
    catalogue = polib.pofile(str(folder / CATALOGUE), wrapwidth=0)
    catalogue.header, catalogue.metadata_is_fuzzy, catalogue.metadata = "", False, HEADER
    catalogue.save()


def compile_words(folder: Path) -> None:
    """Write the `.mo` that Django reads beside the `.po` that people write."""
    catalogue = polib.pofile(str(folder / CATALOGUE))
    catalogue.save_as_mofile(str((folder / CATALOGUE).with_suffix(".mo")))


def untranslated(folder: Path) -> Iterator[str]:
    """Strings of an app without a finished translation."""
    for entry in polib.pofile(str(folder / CATALOGUE)):
        if not entry.translated() and not entry.obsolete:
            yield entry.msgid


def main(names: list[str]) -> None:
    """Collect and compile for some apps, or for all; list what lacks a translation."""
    folders = app_folders()
    for name in names or folders:
        collect(folders[name])
        compile_words(folders[name])
        for text in untranslated(folders[name]):
            sys.stdout.write(f"{name}: not translated: {text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
