"""Promise: code of the last release reads and writes on the schema of this one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.models import Q

from promises.own_store import own_store, rows, store_template
from promises.upgrades import complaints, every_complaint, released_state, strange_columns
from wavepool.domains.catalog.models import Item
from wavepool.domains.people import queries as people
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.shelf import make_shelf

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KNOWN = frozenset({"shop"})


def judged(*operations: Any) -> list[str]:
    migration = migrations.Migration("0009_new", "tests")
    migration.operations = list(operations)
    return [each.rpartition(": ")[2] for each in complaints(migration, KNOWN)]


class TestEveryMigrationSinceTheRelease:
    def test_only_adds_what_old_code_need_not_know(self) -> None:
        assert every_complaint() == []


class TestTheJudge:
    @pytest.mark.parametrize(
        "operation",
        [
            migrations.CreateModel("Door", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("shop", "motto", models.CharField(max_length=9, null=True)),
            migrations.AddField("shop", "doors", models.IntegerField(db_default=1)),
            migrations.AddIndex("shop", models.Index(fields=["name"], name="shop_name")),
            migrations.RemoveConstraint("shop", "shop_has_a_name"),
            # A model that came with this release: old code writes none of its rows.
            migrations.AddField("door", "width", models.IntegerField(default=3)),
            migrations.AlterField("door", "width", models.BigIntegerField()),
            migrations.RunPython(migrations.RunPython.noop, hints={"unnoticed_by_old_code": True}),
        ],
    )
    def test_lets_pass_what_nobody_notices(self, operation: Any) -> None:
        assert judged(operation) == []

    @pytest.mark.parametrize(
        ("operation", "why"),
        [
            (
                # The default is the model's alone: the store asks old code for a value.
                migrations.AddField("shop", "doors", models.IntegerField(default=1)),
                "old code leaves it out",
            ),
            (migrations.RemoveField("shop", "name"), "old code expects what was there"),
            (migrations.RenameField("shop", "name", "title"), "old code expects what was there"),
            (migrations.RenameModel("Shop", "Store"), "old code expects what was there"),
            (migrations.DeleteModel("Shop"), "old code expects what was there"),
            (
                migrations.AlterField("shop", "name", models.CharField(max_length=3)),
                "old code expects what was there",
            ),
            (
                migrations.AddConstraint(
                    "shop", models.CheckConstraint(name="named", condition=~Q(name=""))
                ),
                "old code expects what was there",
            ),
            (
                migrations.RunSQL("select 1"),
                "nobody says that old code does not notice it",
            ),
        ],
    )
    def test_names_what_old_code_would_stumble_over(self, operation: Any, why: str) -> None:
        assert judged(operation) == [why]


class TestTheTables:
    def test_have_every_column_of_old_models_and_ask_for_no_other(self, own_store: str) -> None:
        assert strange_columns(released_state().apps) == []

    def test_that_ask_for_more_or_lack_something_are_seen(self, own_store: str) -> None:
        """The guard off: a column that must be filled, and one that is gone."""
        rows("ALTER TABLE people_agency ADD COLUMN motto varchar(9) NOT NULL DEFAULT ''")
        assert strange_columns(released_state().apps) == []
        rows("ALTER TABLE people_agency RENAME COLUMN name TO title")
        assert strange_columns(released_state().apps) == [
            "people_agency.name is gone",
            "people_agency.title must be filled",
        ]

    def test_that_ask_for_a_value_refuse_old_code(self, own_store: str) -> None:
        rows("DROP TABLE people_shopword")
        if connection.vendor == "postgresql":
            rows("ALTER TABLE people_agency ADD COLUMN motto varchar(9) NOT NULL")
        else:
            rows("ALTER TABLE people_agency RENAME TO kept")
            rows(
                "CREATE TABLE people_agency (id integer PRIMARY KEY, slug varchar(60), "
                "name varchar(120), created_at datetime, motto varchar(9) NOT NULL)"
            )
        old = released_state().apps
        assert strange_columns(old) == ["people_agency.motto must be filled"]
        agency = old.get_model("people", "Agency")
        with pytest.raises(IntegrityError), transaction.atomic():
            agency.objects.create(slug="a", name="A")


class TestOldCode:
    def test_reads_what_new_code_wrote(self, own_store: str) -> None:
        world = make_cast()
        shelf = make_shelf(world)
        jobs.enqueue("tests.none", key="one", actor=MACHINE, at=NOW)
        old = released_state().apps
        assert old.get_model("people", "Creator").objects.get().handle == "ada"
        titles = old.get_model("catalog", "Item").objects.order_by("pk")
        assert list(titles.values_list("title", flat=True)) == [
            "龙井 Longjing",
            "Tea cup",
            "Kettle",
        ]
        assert old.get_model("plumbing", "Job").objects.get().key == "one"
        for model in old.get_models():
            list(model.objects.all()[:1])  # every table can be asked
        assert shelf.cup.pk

    def test_writes_what_new_code_reads(self, own_store: str) -> None:
        world = make_cast()
        shelf = make_shelf(world)
        old = released_state().apps
        old.get_model("people", "Creator").objects.create(handle="old", name="Of old code")
        assert people.get_creator("old").name == "Of old code"
        item = old.get_model("catalog", "Item").objects.get(pk=shelf.cup.pk)
        item.title = "A cup of old code"
        item.save()
        old.get_model("catalog", "ItemWord").objects.filter(item=item).delete()
        old.get_model("catalog", "ItemWord").objects.create(item=item, shop=item.shop, word="cup")
        assert Item.objects.get(words__word="cup").title == "A cup of old code"
