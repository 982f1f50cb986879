"""What must hold of a store that was brought back; domains register what they know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

Check = Callable[[], Sequence[str]]
_CHECKS: Final[dict[str, Check]] = {}


def register_check(name: str, check: Check) -> None:
    """Have a restored store looked at, e.g. whether its books balance.

    Args:
        name: how the check is called when it finds something, e.g. "ledger".
        check: gives one sentence per fault; nothing when all is well. It only reads.
    """
    known = _CHECKS.setdefault(name, check)
    assert known is check, f"two checks are registered as {name}"


def run_checks() -> list[str]:
    """Every fault that the registered checks find, by name of the check."""
    return [f"{name}: {fault}" for name in sorted(_CHECKS) for fault in _CHECKS[name]()]
