from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given

from engine.policy.any_policy import any_policies
from wavepool.engine.policy import (
    PACKAGED,
    Policy,
    default_policy,
    load_policy_text,
    packaged_policy,
    packaged_text,
    reference,
    reference_table,
    show,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "policies.md"
HEADER = ["id", "version", "zone", "currency", "notice_days", "programmes"]


def declared_keys(kind: Any, path: str) -> list[str]:
    """List every key of the dataclasses by their own walk, apart from the one under test."""
    found: list[str] = []
    for field in fields(kind):
        hint = get_type_hints(kind, include_extras=True)[field.name]
        inner = f"{path}.{field.name}" if path else field.name
        if get_origin(hint) is Annotated:
            found.append(f"policy.{inner}" if kind is Policy else inner)
        elif is_dataclass(hint):
            found += declared_keys(hint, inner)
        else:
            found += declared_keys(get_args(hint)[0], f"{inner}[]")
    return found


class TestShow:
    @given(any_policies())
    def test_reads_back_as_the_same_policy(self, policy: Policy) -> None:
        assert load_policy_text(show(policy)) == policy

    def test_says_what_each_key_means_and_amounts_to(self) -> None:
        assert show(default_policy()).splitlines()[:20] == [
            '# Policy "default", version 1',
            "# digest d8b93c5e6a669040c83b18371213df376e216db49d86ea16c90a6e245d5ec0e7",
            "# one fake viewer adds at most the value of 4.599553 perfect viewers",
            "",
            "[policy]",
            "# name of the document",
            'id = "default"',
            "# version, raised by every change",
            "version = 1",
            "# whose days and months the periods are",
            'zone = "Asia/Shanghai"',
            "# currency of the amounts written in this document",
            'currency = "CNY"',
            "# between publishing a change and its first day: 7 days",
            "notice_days = 7",
            "# incentive documents that bind beside this one",
            'programmes = ["incentives_2022"]',
            "",
            "[attribution]",
            "# rule that splits the direct leg; plan, fee and scene always follow the qualified last "
            "touch",
        ]

    def test_says_that_a_policy_without_a_floor_has_no_bound(self) -> None:
        value = replace(default_policy().value, floor_ppm=0)
        assert show(replace(default_policy(), value=value)).splitlines()[2] == (
            "# a floor of 0 ppm with exponents of (4, 3, 3) tenths bounds nothing"
        )


class TestReference:
    def test_lists_every_key_of_the_dataclasses_once(self) -> None:
        keys = [row.key.strip("`") for row in reference(default_policy())]
        assert keys == declared_keys(Policy, "")
        assert keys[:6] == [f"policy.{name}" for name in HEADER]

    def test_gives_each_key_a_unit_a_meaning_and_a_source(self) -> None:
        assert all(row.unit and row.meaning and row.source for row in reference(default_policy()))

    def test_stands_word_for_word_in_the_page(self) -> None:
        page = PAGE.read_text(encoding="utf-8")
        assert reference_table(default_policy()) in page

    def test_would_miss_a_page_with_a_stale_default(self) -> None:
        page = PAGE.read_text(encoding="utf-8")
        pool_rules = replace(default_policy().pool_rules, minimum_payout_minor=2)
        assert reference_table(replace(default_policy(), pool_rules=pool_rules)) not in page


class TestPage:
    @pytest.mark.parametrize("name", PACKAGED)
    def test_names_each_packaged_document_and_its_digest(self, name: str) -> None:
        page = PAGE.read_text(encoding="utf-8")
        assert f"| `{name}` | `{packaged_policy(name).digest}` |" in page

    def test_names_the_fee_presets_as_the_document_does(self) -> None:
        page, document = PAGE.read_text(encoding="utf-8"), packaged_text("default")
        for preset in ("fee_ppm = 300000", "fee_ppm = 400000"):
            assert preset in page
            assert preset in document
