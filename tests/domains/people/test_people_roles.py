"""The taxonomy of roles: large enough, whole, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from wavepool.domains.people import queries
from wavepool.domains.people.queries.roles import RolesNotValid, read_taxonomy
from wavepool.plumbing.errors import NotFound

WORDS = {
    "groups": {"g": ["Group", "组"]},
    "formats": {"f": ["Format", "形式"]},
    "tools": {"t": ["Tool", "工具"]},
    "earnings": {"e": ["Earning", "收入"]},
}
ROW = {
    "id": "a",
    "group": "g",
    "kind": "talent",
    "name_en": "A",
    "name_zh": "甲",
    "about_en": "About.",
    "about_zh": "关于。",
    "formats": "f",
    "tools": "t",
    "earnings": "e",
}


class TestTheTaxonomy:
    def test_has_at_least_120_roles(self) -> None:
        assert len(queries.get_taxonomy().roles) >= 120

    def test_names_every_role_once_in_each_language(self) -> None:
        roles = queries.get_taxonomy().roles.values()
        for language in ("en", "zh"):
            names = [getattr(role.name, language) for role in roles]
            assert sorted(names) == sorted(set(names))

    def test_uses_every_word_of_its_vocabularies(self) -> None:
        taxonomy = queries.get_taxonomy()
        for name in ("formats", "tools", "earnings"):
            used = {term.id for role in taxonomy.roles.values() for term in getattr(role, name)}
            assert used == set(getattr(taxonomy, name))

    def test_has_roles_in_every_group_and_of_every_kind(self) -> None:
        roles = queries.get_taxonomy().roles.values()
        assert {role.group.id for role in roles} == set(queries.get_taxonomy().groups)
        assert {role.kind for role in roles} == {
            "talent",
            "farmer",
            "media",
            "celebrity",
            "shop_host",
        }

    def test_speaks_the_readers_language(self) -> None:
        role = queries.get_role("overseas-buyer")
        with translation.override("zh-hans"):
            assert str(role) == "海外买手"
        with translation.override("en"):
            assert str(role) == "Overseas buyer"

    def test_knows_no_other_role(self) -> None:
        with pytest.raises(NotFound):
            queries.get_role("astronaut")


class TestARow:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"about_zh": ""}, "a: about_zh is missing"),
            ({"group": "x"}, "a: group 'x' does not exist"),
            ({"kind": "x"}, "a: kind 'x' does not exist"),
            ({"tools": "t x"}, "a: tools 'x' does not exist"),
        ],
    )
    def test_that_is_wrong_is_named(self, change: dict[str, str], message: str) -> None:
        with pytest.raises(RolesNotValid, match=message):
            read_taxonomy(WORDS, [{**ROW, **change}])

    def test_may_not_stand_there_twice(self) -> None:
        with pytest.raises(RolesNotValid, match="twice"):
            read_taxonomy(WORDS, [ROW, ROW])

    def test_is_read_whole(self) -> None:
        role: Any = read_taxonomy(WORDS, [ROW]).roles["a"]
        assert (role.name.zh, [term.en for term in role.earnings]) == ("甲", ["Earning"])
