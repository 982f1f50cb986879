"""Migrations go forward, back and forward again without loss, and a kill leaves no half of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from promises.boundaries import kill_at, watch
from promises.own_store import copied, forked, own_store, pointed_at, rows, store_template
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.site.management.commands import migrate as whole_migrate
from worlds.cast import make_cast

__all__ = ["own_store", "store_template"]
pytestmark = pytest.mark.both_stores
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPREAD = 4

Schema = list[tuple[str, ...]]
SCHEMA_OF = {
    "sqlite": """
        SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master
        WHERE name NOT LIKE 'sqlite_%%' ORDER BY 1, 2, 3
    """,
    "postgresql": """
        SELECT 'column', table_name, column_name,
               concat_ws(' ', data_type, is_nullable, column_default, is_identity)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef
        FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3
    """,
}


def ours() -> list[str]:
    """Labels of our apps that have migrations."""
    names = {name for name, _migration in MigrationLoader(None).disk_migrations}
    return sorted(
        each.label
        for each in apps.get_app_configs()
        if each.name.startswith("wavepool.") and each.label in names
    )


def first_of(app: str) -> str:
    return min(name for label, name in MigrationLoader(None).disk_migrations if label == app)


def schema() -> Schema:
    return rows(SCHEMA_OF[connection.vendor])


def contents() -> dict[str, list[str]]:
    """The rows of every table but the record of migrations, whose times are new each time."""
    names = set(connection.introspection.table_names()) - {"django_migrations"}
    return {name: sorted(map(repr, rows(f'SELECT * FROM "{name}"'))) for name in sorted(names)}


def go_to(targets: list[tuple[str, str | None]]) -> None:
    """Bring apps of ours to migrations; None takes back all of an app's."""
    with whole_migrate.whole(connection):
        MigrationExecutor(connection).migrate(targets)


def go_to_head() -> None:
    go_to(MigrationLoader(connection).graph.leaf_nodes())


class TestMigrations:
    def test_can_all_be_taken_back(self) -> None:
        loader = MigrationLoader(None)
        stuck = [
            f"{app}.{name}: {operation.describe()}"
            for (app, name), migration in loader.disk_migrations.items()
            if app in ours()
            for operation in migration.operations
            if not operation.reversible
        ]
        assert stuck == []

    def test_lose_no_row_of_what_stays_on_the_way_back_and_forward(self, own_store: str) -> None:
        make_cast()
        job = jobs.enqueue("tests.none", key="one", actor=MACHINE, at=NOW)
        jobs.cancel(job.public_id, actor=MACHINE, at=NOW)
        head, before = schema(), contents()
        for app in ours():
            if (app, first_of(app)) in MigrationLoader(connection).applied_migrations:
                go_to([(app, first_of(app))])
        kept = contents()
        assert kept == {name: before[name] for name in kept}
        go_to_head()
        assert schema() == head
        after = contents()
        assert {name: after[name] for name in kept} == kept
        assert (len(after["people_account"]), len(after["plumbing_job"])) == (6, 1)

    def test_make_the_same_tables_again_after_going_back_to_none(self, own_store: str) -> None:
        head = schema()
        go_to([(app, None) for app in ours()])
        assert len(schema()) < len(head) // 2
        go_to_head()
        assert schema() == head


@pytest.fixture
def ground(own_store: str, tmp_path: Path) -> Iterator[str]:
    """A store in which plumbing has no tables yet; gives its name."""
    go_to([("plumbing", None)])
    name = str(connection.settings_dict["NAME"])
    connection.close()
    return name


def first_of_plumbing(command: django_migrate.Command) -> Callable[[], None]:
    return lambda: call_command(
        command, "plumbing", "0001", verbosity=0, interactive=False, skip_checks=True
    )


def unfinished(
    ground: str, folder: Path, command: django_migrate.Command, points: list[int]
) -> list[int]:
    """Kill the command at boundaries; those after which running it again does not get through."""
    run = first_of_plumbing(command)
    with copied(ground, folder) as name, pointed_at(name):
        assert forked(run) == 0
        whole = schema()
    found = []
    for point in points:
        with copied(ground, folder) as name, pointed_at(name):
            kill_at(point, run)
            if forked(run) != 0 or schema() != whole:
                found.append(point)
    return found


def boundaries_of(
    ground: str, folder: Path, command: django_migrate.Command
) -> tuple[int, list[int]]:
    with copied(ground, folder) as name, pointed_at(name):
        return watch(first_of_plumbing(command))


class TestAMigrationThatIsKilled:
    def test_is_gone_or_done_and_runs_again(self, ground: str, tmp_path: Path) -> None:
        command = whole_migrate.Command()
        total, commits = boundaries_of(ground, tmp_path, command)
        assert total >= 40
        beside = {point for commit in commits for point in (commit, commit + 1)}
        spread = set(range(1, total + 1, total // SPREAD))
        assert unfinished(ground, tmp_path, command, sorted(beside | spread)) == []

    def test_is_left_half_done_by_one_commit_a_step(
        self, ground: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The broken control: Django's own command, killed right after each of its commits."""
        command = django_migrate.Command()
        _total, commits = boundaries_of(ground, tmp_path, command)
        after = [commit + 1 for commit in commits]
        assert unfinished(ground, tmp_path, command, after) != []
