"""The canonical content digest: what makes two results the same result."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from wavepool.engine.relations.session import Relations

_HASH = {"duckdb": "sha256({})", "spark": "sha2({}, 256)"}


def content_digest(rel: Relations, name: str, columns: Mapping[str, str] | None = None) -> str:
    """Digest of a relation's rows, whatever their order, engine, threads or store.

    Each row becomes a text (see `row_text_sql`) and its SHA-256; the digest is
    the SHA-256 of the sorted row digests. Duplicate rows count.

    Args:
        name: a registered relation.
        columns: the columns that count and their portable types, in order; all by default.
    """
    text = row_text_sql(columns if columns is not None else rel.columns(name))
    hashed = rel.fetch(f"select {_HASH[rel.dialect].format(text)} as h from {name}").column("h")
    digests = np.array(hashed.to_numpy(zero_copy_only=False), dtype="S64")
    digests.sort()
    return hashlib.sha256(digests.tobytes()).hexdigest()


def row_text_sql(columns: Mapping[str, str]) -> str:
    """SQL for a row's canonical text.

    Null is `~`, an integer its decimal digits, a boolean 1 or 0, a text its
    length in code points, a colon and itself; fields are joined by `|` in the
    order given.

    >>> row_text_sql({"a": "bigint"})
    "concat(case when a is null then '~' else cast(a as string) end)"
    """
    fields = [_field_sql(name, kind) for name, kind in columns.items()]
    return "concat(" + ", '|', ".join(fields) + ")"


def _field_sql(name: str, kind: str) -> str:
    # Engines disagree on concat of a null, so each null is decided before concat sees it.
    text = f"cast({name} as string)"
    if kind == "text":
        text = f"concat(cast(length({name}) as string), ':', {name})"
    if kind == "boolean":
        text = f"case when {name} then '1' else '0' end"
    return f"case when {name} is null then '~' else {text} end"
