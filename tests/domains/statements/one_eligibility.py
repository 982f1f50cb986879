"""The rule that one function alone decides what may be paid out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: The function's own module, and the rows, pages and policies that it reads.
DOORS: Final = {
    "domains/statements/queries/eligibility.py": "decides it",
    "domains/policies/tables/payout_schema.py": "says what the limits are",
}
#: Domains that show or keep wallets and decide nothing; they stand below.
BELOW: Final = ("domains/ledger/", "domains/people/", "domains/policies/")
_READS: Final = {"find_account", "get_account", "list_accounts", "statement_of"}
_RULES: Final = {"minimum_of", "reserve_of", "available_minor"}


def decisions_about_payouts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Places that read a wallet, or a reserve or limit of the payout policy."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "list_wallets":
                yield node.lineno, "list_wallets reads a wallet; ask eligibility"
            if name in _READS and "wallet" in ast.unparse(node):
                yield node.lineno, f"{name} reads a wallet; ask eligibility"
        if isinstance(node, ast.Attribute):
            if node.attr in _RULES:
                yield node.lineno, f"{node.attr} decides what may leave; ask eligibility"
            if node.attr in {"share_ppm", "days"} and ast.unparse(node.value).endswith(".reserve"):
                yield node.lineno, "the reserve decides what may leave; ask eligibility"


def is_a_door(place: str) -> bool:
    """Whether a file of the package may."""
    return place.endswith(tuple(DOORS)) or any(each in place for each in BELOW)


def place_in_package(path: Path) -> str:
    """A file by its path with forward slashes."""
    return path.as_posix()
