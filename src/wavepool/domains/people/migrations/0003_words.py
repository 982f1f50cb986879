"""Words by which creators and shops are found."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar, Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wavepool.plumbing.words import words_of

CHUNK: Final = 5_000


def write_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give everybody who is there already the words by which they are found."""
    for name, slug in (("Creator", "handle"), ("Shop", "slug")):
        rows, word_rows = apps.get_model("people", name), apps.get_model("people", f"{name}Word")
        found = rows.objects.using(editor.connection.alias).order_by("pk")
        made = (
            word_rows(**{f"{name.lower()}_id": pk}, word=word)
            for pk, said, address in found.values_list("pk", "name", slug).iterator()
            for word in words_of(f"{said} {address}")
        )
        while chunk := list(islice(made, CHUNK)):
            word_rows.objects.using(editor.connection.alias).bulk_create(chunk)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("people", "0002_no_overlaps"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CreatorWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=64)),
                (
                    "creator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="people.creator",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "creator"],
                        name="creator_word",
                        opclasses=["varchar_pattern_ops", "int8_ops"],
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "word"), name="creator_word_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ShopWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=64)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="people.shop",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "shop"],
                        name="shop_word",
                        opclasses=["varchar_pattern_ops", "int8_ops"],
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "word"), name="shop_word_once")
                ],
            },
        ),
        migrations.RunPython(
            write_words, migrations.RunPython.noop, hints={"unnoticed_by_old_code": True}
        ),
    ]
