"""Beginnings of words by an index, and single characters as words."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar, Final

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wavepool.plumbing.words import words_of

CHUNK: Final = 5_000


def write_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the words of goods that are there already: the last character of an unspaced run."""
    items, words = apps.get_model("catalog", "Item"), apps.get_model("catalog", "ItemWord")
    alias = editor.connection.alias
    found = items.objects.using(alias).order_by("pk").values_list("pk", "shop_id", "title")
    made = (
        words(item_id=pk, shop_id=shop_id, word=word)
        for pk, shop_id, title in found.iterator()
        for word in words_of(title)
        if len(word) == 1
    )
    while chunk := list(islice(made, CHUNK)):
        words.objects.using(alias).bulk_create(chunk, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("catalog", "0003_reservations"),
        ("people", "0003_words"),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name="itemword",
            name="item_word_of_shop",
        ),
        migrations.RemoveIndex(
            model_name="itemword",
            name="item_word_of_market",
        ),
        migrations.AddIndex(
            model_name="itemword",
            index=models.Index(
                fields=["shop", "word", "item"],
                name="item_word_of_shop",
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="itemword",
            index=models.Index(
                fields=["word", "item"],
                name="item_word_of_market",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ),
        migrations.RunPython(
            write_words, migrations.RunPython.noop, hints={"unnoticed_by_old_code": True}
        ),
    ]
