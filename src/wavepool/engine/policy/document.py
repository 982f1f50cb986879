"""A whole policy document as a value: its sections, its digest, its TOML."""

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any

from wavepool.engine.policy.knobs import OURS, Knob
from wavepool.engine.policy.sections import (
    Attribution,
    Commission,
    Holds,
    Pool,
    PoolRules,
    Scene,
    SceneDefault,
    SceneRule,
    Settlement,
    Tiers,
    Value,
)
from wavepool.engine.policy.toml_text import toml_rows

HEADER = "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """One versioned policy document; the first six fields are the keys of its [policy] table."""

    id: Annotated[str, Knob("id", "name of the document", OURS)]
    version: Annotated[int, Knob("count", "version, raised by every change", OURS, 1, 10**9)]
    zone: Annotated[str, Knob("IANA zone", "whose days and months the periods are", OURS)]
    currency: Annotated[
        str, Knob("ISO 4217", "currency of the amounts written in this document", OURS)
    ]
    notice_days: Annotated[
        int, Knob("days", "between publishing a change and its first day", OURS, 0, 366)
    ]
    programmes: Annotated[
        tuple[str, ...], Knob("ids", "incentive documents that bind beside this one", OURS)
    ]
    attribution: Attribution
    commission: Commission
    pools: tuple[Pool, ...]
    scenes: tuple[Scene, ...]
    scene_rules: tuple[SceneRule, ...]
    scene_default: SceneDefault
    value: Value
    pool_rules: PoolRules
    settlement: Settlement
    holds: Holds
    tiers: Tiers

    @property
    def digest(self) -> str:
        """Return the sha256 of the canonical JSON, 64 hex digits.

        Key order, comments and spacing of the TOML do not change it; every value does.
        """
        return hashlib.sha256(self.canonical_json().encode("utf-8")).hexdigest()

    def canonical_json(self) -> str:
        """Return the document as JSON in UTF-8 with sorted keys and no white space."""
        return json.dumps(
            self.to_mapping(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )

    def to_mapping(self) -> dict[str, Any]:
        """Return the document as the nested mapping that its TOML reads as."""
        flat = _plain(self)
        header = {name: flat.pop(name) for name in HEADER_KEYS}
        return {HEADER: header, **flat}

    def to_toml(self) -> str:
        """Return the document as TOML, keys in the order of the sections, without comments."""
        return "\n".join(row.line for row in toml_rows(self.to_mapping())).lstrip() + "\n"


HEADER_KEYS = ("id", "version", "zone", "currency", "notice_days", "programmes")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(entry) for name, entry in pairs if entry is not None}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value
