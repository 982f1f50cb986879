"""What transfers must be before any account is asked: shape, words, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger.operations.refusals import AmountOutOfRange, BadTransfer
from wavepool.domains.ledger.tables import NewTransfer
from wavepool.engine.money import AMOUNT_MAX

_LONGEST: Final = {"key": 120, "debit": 160, "credit": 160, "kind": 32, "subject": 80}
_CONTROL: Final = r"[\x00-\x1f\x7f]"
_UNREADABLE: Final = re.compile(_CONTROL)
_NO_AMOUNT: Final = _("its amount is not above zero")
_ONE_ACCOUNT: Final = _("both sides are one account")
_EMPTY: Final = _("its key or its kind is empty")
_TOO_LONG: Final = _("a word is too long")
_NOT_READABLE: Final = _("a word is unreadable")
_SAME_KEY: Final = _("its key occurs twice")
_NOTHING: Final = _("there is no transfer at all")


def check_transfers(table: pa.Table) -> None:
    """Refuse the first transfer that no books could hold.

    Raises:
        BadTransfer: an amount that is not above zero, the same account twice, a
            word that is empty, too long or unreadable, a key twice.
    """
    if table.num_rows == 0:
        raise BadTransfer("", rule=str(_NOTHING))
    _refuse(table, pc.less_equal(table["amount_minor"], 0), _NO_AMOUNT)
    _refuse(table, pc.equal(table["debit"], table["credit"]), _ONE_ACCOUNT)
    for name in ("key", "kind"):
        _refuse(table, pc.equal(table[name], ""), _EMPTY)
    for name, longest in _LONGEST.items():
        words = table[name]
        if pc.max(pc.utf8_length(words)).as_py() > longest:
            _refuse(table, pc.greater(pc.utf8_length(words), longest), _TOO_LONG)
        _refuse(table, pc.match_substring_regex(words, _CONTROL), _NOT_READABLE)
    if pc.count_distinct(table["key"]).as_py() != table.num_rows:
        raise BadTransfer(_twice(table["key"]), rule=str(_SAME_KEY))


def check_few(transfers: Sequence[NewTransfer]) -> None:
    """The same for a handful, row by row, which costs a tenth of asking Arrow.

    Raises:
        As `check_transfers`; and AmountOutOfRange, which a table cannot even hold.
    """
    if not transfers:
        raise BadTransfer("", rule=str(_NOTHING))
    for each in transfers:
        rule = _broken(each)
        if rule is not None:
            raise BadTransfer(each.key[:120], rule=str(rule))
        if each.amount_minor > AMOUNT_MAX:
            raise AmountOutOfRange(str(_("An amount")))
    keys = [each.key for each in transfers]
    if len(set(keys)) != len(keys):
        raise BadTransfer(next(key for key in keys if keys.count(key) > 1), rule=str(_SAME_KEY))


def _broken(each: NewTransfer) -> str | Promise | None:
    words = (each.key, each.debit, each.credit, each.kind, each.subject)
    if each.amount_minor <= 0:
        return _NO_AMOUNT
    if each.debit == each.credit:
        return _ONE_ACCOUNT
    if not each.key or not each.kind:
        return _EMPTY
    if any(len(word) > most for word, most in zip(words, _LONGEST.values(), strict=True)):
        return _TOO_LONG
    return _NOT_READABLE if _UNREADABLE.search("".join(words)) else None


def _refuse(table: pa.Table, is_bad: Any, rule: str | Promise) -> None:
    """Name the first row that a rule does not let pass."""
    place = pc.index(is_bad, pa.scalar(value=True)).as_py()
    if place >= 0:
        raise BadTransfer(table["key"][place].as_py()[:120], rule=str(rule))


def _twice(keys: Any) -> str:
    counts = pc.value_counts(keys)
    most = pc.index(pc.greater(counts.field("counts"), 1), pa.scalar(value=True)).as_py()
    return str(counts.field("values")[most].as_py())
