"""The manifest: what a settlement holds, by row count, sum, digest and tree root."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from wavepool.engine import receipts
from wavepool.engine.money import exponent_of
from wavepool.engine.relations import Relations, content_digest
from wavepool.engine.seasons.out_folder import MANIFEST_FILE, file_sha256, write_bytes, write_json
from wavepool.engine.seasons.plan import Plan

DIGESTED = (
    "credits",
    "piece_values",
    "payee_scenes",
    "pool_accounts",
    "pool_shares",
    "micro_lines",
    "awards",
    "holds",
    "statement_lines",
    "statements",
    "transfers",
)
MERKLE_FILE = "statement_lines.merkle"


def write_manifest(
    rel: Relations,
    plan: Plan,
    *,
    identity: Mapping[str, Any],
    periods: Sequence[str],
    rejected: int,
) -> str:
    """Digest every period's tables, write the trees and, last, `manifest.json`.

    Returns:
        The settlement's digest: SHA-256 of the periods' table digests, which
        depends on the results alone.
    """
    contents: dict[str, Any] = {}
    roots = []
    for period in periods:
        contents[period] = {
            name: _content(rel, plan.out / period / f"{name}.parquet")
            for name in DIGESTED
            if (plan.out / period / f"{name}.parquet").exists()
        }
        roots.append(
            _write_tree(rel, plan.out / period, period=period, policies=[plan.policy.digest])
        )
    text = json.dumps(
        {
            period: {name: row["digest"] for name, row in tables.items()}
            for period, tables in contents.items()
        },
        sort_keys=True,
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = {
        "format": "wavepool-manifest-1",
        "run": dict(identity),
        "periods": list(periods),
        "tables": contents,
        "statement_roots": roots,
        "rejects": {"rows": rejected},
        "digest": digest,
        "files": _files(plan.out),
        "is_signed": plan.signing_key is not None,
    }
    path = plan.out / MANIFEST_FILE
    if plan.signing_key is not None:
        body = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        signature = receipts.sign_manifest(body.encode(), plan.signing_key)
        write_json(plan.out / "manifest.signature.json", signature)
    write_json(path, document)
    return digest


def _content(rel: Relations, path: Path) -> dict[str, Any]:
    rel.scan("digested", [path])
    rows = int(rel.fetch("select count(*) as n from digested").column("n")[0].as_py())
    kinds = rel.columns("digested")
    sums: dict[str, dict[str, int]] = {}
    amounts = [name for name in kinds if name.endswith("_minor")]
    if "currency" in kinds and amounts:
        fields = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in amounts)
        for row in rel.fetch(
            f"select currency, {fields} from digested group by currency order by currency"
        ).to_pylist():
            sums[row.pop("currency")] = row
    return {
        "rows": rows,
        "digest": content_digest(rel, "digested", dict(sorted(kinds.items()))),
        "sums": sums,
    }


def _write_tree(
    rel: Relations, folder: Path, *, period: str, policies: Sequence[str]
) -> dict[str, Any]:
    rel.scan("digested", [folder / "statement_lines.parquet"])
    column = rel.fetch("select digest from digested order by leaf_no").column("digest")
    leaves = b"".join(bytes.fromhex(text) for text in column.to_pylist())
    sink = BytesIO()
    root = receipts.write_merkle_index(leaves, sink)
    write_bytes(folder / MERKLE_FILE, sink.getvalue())
    return receipts.statement_root(
        period=period, size=len(leaves) // 32, root=root, policy_digests=policies
    )


def _files(out: Path) -> dict[str, dict[str, Any]]:
    paths = sorted(
        path for path in out.rglob("*") if path.is_file() and "scratch" not in path.parts
    )
    return {
        path.relative_to(out).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
        for path in paths
        if path.name != MANIFEST_FILE and not path.name.endswith((".part", ".signature.json"))
    }


def write_statement_csv(
    rel: Relations, out: Path, periods: Sequence[str], *, has_bom: bool = True
) -> None:
    """Write `statement.csv`: one row per payee and period, amounts as decimals; UTF-8."""
    rows = ["period,payee_id,currency,lines,held,debt_in,debt_out,payable\r\n"]
    for period in periods:
        rel.scan("statements_out", [out / period / "statements.parquet"])
        for row in rel.fetch(
            "select * from statements_out order by payee_id, currency"
        ).to_pylist():
            amounts = (
                "lines_minor",
                "held_minor",
                "debt_in_minor",
                "debt_out_minor",
                "payable_minor",
            )
            decimals = [_decimal(row[name], row["currency"]) for name in amounts]
            rows.append(
                ",".join([period, _field(row["payee_id"]), row["currency"], *decimals]) + "\r\n"
            )
    text = "".join(rows)
    write_bytes(out / "statement.csv", text.encode("utf-8-sig" if has_bom else "utf-8"))


def _decimal(amount_minor: int, currency: str) -> str:
    exponent = exponent_of(currency)
    sign, digits = (
        ("-" if amount_minor < 0 else ""),
        str(abs(amount_minor)).rjust(exponent + 1, "0"),
    )
    return sign + (f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits)


def _field(value: object) -> str:
    text = str(value)
    # A leading = + - @ would run as a formula in a spreadsheet.
    guarded = (
        "'" + text
        if text[:1] in "=+@" or (text[:1] == "-" and not isinstance(value, int))
        else text
    )
    return (
        '"' + guarded.replace('"', '""') + '"'
        if any(mark in guarded for mark in ',"\r\n')
        else guarded
    )
