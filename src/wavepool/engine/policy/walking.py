"""Every key of a policy with its path, value and knob, in the order of the document."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from wavepool.engine.policy.document import HEADER, HEADER_KEYS, Policy
from wavepool.engine.policy.knobs import Knob
from wavepool.engine.policy.sections import SceneRule
from wavepool.engine.policy.toml_text import toml_value


class Key(NamedTuple):
    """One key of a document: where it stands, what it says, what it means."""

    path: str
    value: Any
    knob: Knob


class Entry(NamedTuple):
    """One `[[table]]` of an array, by its label: an id, or a scene rule's conditions."""

    path: str
    array: str
    label: str
    value: Any


def keys_of(policy: Policy) -> tuple[Key, ...]:
    """List every key that the policy sets, in the order of the document.

    Entries of arrays of tables are named by their id: `scenes[good_goods].pool`; a scene rule by
    its conditions: `scene_rules[format=short_video].scene`. A repeated label gets `#2`, `#3`.
    """
    return tuple(_walk(policy, ""))


def entries_of(policy: Policy) -> tuple[Entry, ...]:
    """List the pools, scenes and scene rules under the labels that `keys_of` uses."""
    arrays = {"pools": policy.pools, "scenes": policy.scenes, "scene_rules": policy.scene_rules}
    return tuple(
        Entry(path, array, label, value)
        for array, values in arrays.items()
        for path, label, value in _labelled(array, values)
    )


def knobs_of(kind: type) -> dict[str, Knob]:
    """Return the knob of each key of a section's dataclass, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        field.name: get_args(hints[field.name])[1]
        for field in fields(kind)
        if get_origin(hints[field.name]) is Annotated
    }


def rule_label(rule: SceneRule) -> str:
    """Name a scene rule by its conditions.

    >>> rule_label(SceneRule(scene="open", channel=7, format="live"))
    'channel=7,format=live'
    """
    channel = [] if rule.channel is None else [f"channel={toml_value(rule.channel)}"]
    format_name = [] if rule.format is None else [f"format={rule.format}"]
    return ",".join(channel + format_name)


def _walk(section: Any, path: str) -> Iterator[Key]:
    knobs = knobs_of(type(section))
    for field in fields(section):
        value = getattr(section, field.name)
        is_header = isinstance(section, Policy) and field.name in HEADER_KEYS
        prefix = HEADER if is_header else path
        inner = f"{prefix}.{field.name}" if prefix else field.name
        if value is None:
            continue
        if field.name in knobs:
            yield Key(inner, value, knobs[field.name])
        elif is_dataclass(value):
            yield from _walk(value, inner)
        else:
            for entry_path, _, entry in _labelled(inner, value):
                yield from _walk(entry, entry_path)


def _labelled(array: str, values: tuple[Any, ...]) -> Iterator[tuple[str, str, Any]]:
    seen: Counter[str] = Counter()
    for value in values:
        label = rule_label(value) if isinstance(value, SceneRule) else value.id
        seen[label] += 1
        if seen[label] > 1:
            label = f"{label}#{seen[label]}"
        yield f"{array}[{label}]", label, value
