"""What changed between two policies, in words that the people it concerns can read."""

from collections.abc import Iterator
from typing import NamedTuple

from wavepool.engine.policy.document import Policy
from wavepool.engine.policy.knobs import Knob
from wavepool.engine.policy.sections import Pool, Scene
from wavepool.engine.policy.walking import Entry, Key, entries_of, keys_of
from wavepool.engine.policy.wording import value_words


class Change(NamedTuple):
    """One changed key or one table that came or went; `old` or `new` is None where it was absent."""

    path: str
    old: object
    new: object
    sentence: str


def diff(old: Policy, new: Policy) -> tuple[Change, ...]:
    """List what changes from one policy to another.

    Pools and scenes are matched by id, scene rules by their conditions. Each changed key is listed
    once; an added or removed table is one change, and so is a new order of tables.

    Returns:
        Changes: keys in the order of the document, then tables. Empty exactly when the digests
        are equal.

    >>> from dataclasses import replace
    >>> from wavepool.engine.policy import default_policy
    >>> old = default_policy()
    >>> diff(old, replace(old, notice_days=14))[0].sentence
    'policy.notice_days: 7 days -> 14 days (between publishing a change and its first day)'
    """
    return (*_changed_keys(old, new), *_changed_tables(old, new), *_changed_orders(old, new))


def _changed_keys(old: Policy, new: Policy) -> Iterator[Change]:
    before = {key.path: key for key in keys_of(old)}
    for key in keys_of(new):
        was = before.get(key.path)
        if was is not None and was.value != key.value:
            sentence = _key_sentence(was, key, old_currency=old.currency, new_currency=new.currency)
            yield Change(key.path, was.value, key.value, sentence)


def _key_sentence(was: Key, now: Key, *, old_currency: str, new_currency: str) -> str:
    before = value_words(was.value, was.knob, currency=old_currency)
    after = value_words(now.value, now.knob, currency=new_currency)
    return f"{now.path}: {before} -> {after} ({now.knob.meaning})"


def _changed_tables(old: Policy, new: Policy) -> Iterator[Change]:
    before = {entry.path: entry for entry in entries_of(old)}
    after = {entry.path: entry for entry in entries_of(new)}
    for path, entry in before.items():
        if path not in after:
            yield Change(path, entry.value, None, f"{path}: removed, it was {_entry_words(entry)}")
    for path, entry in after.items():
        if path not in before:
            yield Change(path, None, entry.value, f"{path}: added, {_entry_words(entry)}")


def _changed_orders(old: Policy, new: Policy) -> Iterator[Change]:
    for array in ("pools", "scenes", "scene_rules"):
        before, after = _labels(old, array), _labels(new, array)
        kept_before = tuple(label for label in before if label in after)
        kept_after = tuple(label for label in after if label in before)
        # With equal members, order is all that is left to tell the digests apart.
        if kept_before != kept_after:
            sentence = f"{array}: listed in another order; what is paid stays the same"
            yield Change(array, before, after, sentence)


def _labels(policy: Policy, array: str) -> tuple[str, ...]:
    return tuple(entry.label for entry in entries_of(policy) if entry.array == array)


def _entry_words(entry: Entry) -> str:
    value = entry.value
    if isinstance(value, Pool):
        return f"a pool in {value.currency}"
    if isinstance(value, Scene):
        pool = f"in pool {value.pool!r}" if value.pool else "without a pool"
        weight, direct = (
            value_words(ppm, Knob("ppm", ""), currency="")
            for ppm in (value.weight_ppm, value.direct_ppm)
        )
        return f"a scene {pool}, weight {weight}, direct leg {direct}"
    return f"its touches belong to scene {value.scene!r}"
