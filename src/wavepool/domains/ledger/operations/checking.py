"""What transfers must be before any account is asked: shape, words, amounts."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger.operations.refusals import BadTransfer

_LONGEST: Final = {"key": 120, "debit": 160, "credit": 160, "kind": 32, "subject": 80}
_CONTROL: Final = r"[\x00-\x1f\x7f]"


def check_transfers(table: pa.Table) -> None:
    """Refuse the first transfer that no books could hold.

    Raises:
        BadTransfer: an amount that is not above zero, the same account twice, a
            word that is empty, too long or unreadable, a key twice.
    """
    if table.num_rows == 0:
        raise BadTransfer("", rule=_("there is no transfer at all"))
    _refuse(table, pc.less_equal(table["amount_minor"], 0), _("its amount is not above zero"))
    _refuse(table, pc.equal(table["debit"], table["credit"]), _("both sides are one account"))
    for name in ("key", "kind"):
        _refuse(table, pc.equal(table[name], ""), _("its key or its kind is empty"))
    for name, longest in _LONGEST.items():
        words = table[name]
        if pc.max(pc.utf8_length(words)).as_py() > longest:
            _refuse(table, pc.greater(pc.utf8_length(words), longest), _("a word is too long"))
        _refuse(table, pc.match_substring_regex(words, _CONTROL), _("a word is unreadable"))
    if pc.count_distinct(table["key"]).as_py() != table.num_rows:
        raise BadTransfer(_twice(table["key"]), rule=_("its key occurs twice"))


def _refuse(table: pa.Table, is_bad: Any, rule: str | Promise) -> None:
    """Name the first row that a rule does not let pass."""
    place = pc.index(is_bad, pa.scalar(value=True)).as_py()
    if place >= 0:
        raise BadTransfer(table["key"][place].as_py()[:120], rule=str(rule))


def _twice(keys: Any) -> str:
    counts = pc.value_counts(keys)
    most = pc.index(pc.greater(counts.field("counts"), 1), pa.scalar(value=True)).as_py()
    return str(counts.field("values")[most].as_py())
