"""A policy as annotated TOML, and the reference of every key."""

from collections.abc import Iterator
from dataclasses import fields
from textwrap import wrap
from typing import Any, NamedTuple

from wavepool.engine.policy.bounds import NoBotBound, bot_bound_ppm
from wavepool.engine.policy.document import HEADER, HEADER_KEYS, Policy
from wavepool.engine.policy.knobs import MILLION, Knob
from wavepool.engine.policy.toml_text import toml_rows, toml_value
from wavepool.engine.policy.walking import Key, keys_of, knobs_of
from wavepool.engine.policy.wording import decimal_words, value_words


class ReferenceRow(NamedTuple):
    """One key of the reference: path, unit, default, range, meaning, source, all as text."""

    key: str
    unit: str
    default: str
    range: str
    meaning: str
    source: str


def show(policy: Policy) -> str:
    """Write a policy as TOML with a comment on each key: what it means and what it says here.

    The text reads back as the same policy, whether or not the linter likes it. Its head names the
    digest and the most value that one fake viewer could add.
    """
    words = [
        f"# Policy {toml_value(policy.id)}, version {policy.version}",
        f"# digest {policy.digest}",
        f"# {_bound_words(policy)}",
    ]
    return "\n".join([*words, *_annotated(policy)]) + "\n"


def reference(policy: Policy) -> tuple[ReferenceRow, ...]:
    """List every key that a policy document may hold, with the values of `policy` as defaults.

    Keys of arrays of tables stand once, as `scenes[].pool`, their default is that of the first
    table; "absent" where it may be left out.
    """
    return tuple(_reference_rows(policy, ""))


def reference_table(policy: Policy) -> str:
    """Write the reference as one Markdown table; `docs/policies.md` holds it word for word."""
    rows = [ReferenceRow("Key", "Unit", "Default", "Range", "Meaning", "Source")]
    rows += reference(policy)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def _annotated(policy: Policy) -> Iterator[str]:
    keys = iter(keys_of(policy))
    for line, is_key in toml_rows(policy.to_mapping()):
        if is_key:
            yield from wrap(
                _remark(next(keys), policy.currency),
                width=98,
                initial_indent="# ",
                subsequent_indent="#   ",
            )
        yield line


def _bound_words(policy: Policy) -> str:
    try:
        viewers = decimal_words(bot_bound_ppm(policy), MILLION)
    except NoBotBound as error:
        return str(error)
    return f"one fake viewer adds at most the value of {viewers} perfect viewers"


def _remark(key: Key, currency: str) -> str:
    said = value_words(key.value, key.knob, currency=currency)
    has_words = isinstance(key.value, int) and said != str(key.value)
    return f"{key.knob.meaning}: {said}" if has_words else key.knob.meaning


def _reference_rows(section: Any, path: str) -> Iterator[ReferenceRow]:
    knobs = knobs_of(type(section))
    for field in fields(section):
        value = getattr(section, field.name)
        is_header = isinstance(section, Policy) and field.name in HEADER_KEYS
        prefix = HEADER if is_header else path
        inner = f"{prefix}.{field.name}" if prefix else field.name
        if field.name in knobs:
            yield _row(inner, value, knobs[field.name])
        elif isinstance(value, tuple):
            yield from _reference_rows(value[0], f"{inner}[]")
        else:
            yield from _reference_rows(value, inner)


def _row(path: str, value: Any, knob: Knob) -> ReferenceRow:
    plain = list(value) if isinstance(value, tuple) else value
    default = "absent" if value is None else f"`{toml_value(plain)}`"
    return ReferenceRow(
        f"`{path}`", knob.unit, default, knob.range_text(), knob.meaning, knob.source
    )
