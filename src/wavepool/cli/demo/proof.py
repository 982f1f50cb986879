"""One line all the way down: sentence, touches, receipt, and an edited receipt refused."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from wavepool.cli.demo.book import Book
from wavepool.cli.explaining import DIMENSIONS, print_evidence, print_path
from wavepool.cli.terminal import micro_yuan, yuan
from wavepool.cli.words import Lang, words_of
from wavepool.engine.receipts import (
    Verification,
    receipt_json,
    sentence,
    verify_receipt,
    verify_with_manifest,
)
from wavepool.engine.seasons.explaining import Explanation, explain_line

_TAMPERED = ("direct", "direct_minor")
_ADDED_MINOR = 10_000


@dataclass(frozen=True)
class Proof:
    """An order's line and its payee's pool line, with what checking their receipts gave."""

    order: Explanation
    pool: Explanation
    receipt: Path
    verified: Verification
    edited: Path
    refused: Verification


class NothingToProve(LookupError):
    """The season is too small: no payee has both a pool line and an order with many touches."""

    def __init__(self) -> None:
        super().__init__("no order with several touches was settled; use more --touches")


def read_proof(book: Book, folder: Path) -> Proof:
    """Pick an order with several touches, explain it, write its receipt and an edited one.

    Raises:
        NothingToProve: the season has no such order.
    """
    picked = book.rows(_PICK)
    if not picked:
        raise NothingToProve
    row = picked[0]
    order = explain_line(book.out, f"{row['in_period']}/{row['payee_id']}/{row['line_key']}")
    pool = explain_line(book.out, f"{row['in_period']}/{row['payee_id']}/{row['pool_key']}")
    assert order.receipt is not None, "the line was picked among those without a ruling"
    edited = copy.deepcopy(order.receipt)
    for step in edited["steps"]:
        if step["name"] == _TAMPERED[0]:
            step["result"][_TAMPERED[1]] += _ADDED_MINOR
    receipt, forged = folder / "receipt.json", folder / "receipt-edited.json"
    receipt.write_bytes(receipt_json(order.receipt))
    forged.write_bytes(receipt_json(edited))
    manifest = (book.out / "manifest.json").read_bytes()
    return Proof(
        order=order,
        pool=pool,
        receipt=receipt,
        verified=verify_with_manifest(order.receipt, manifest, None),
        edited=forged,
        refused=verify_receipt(edited),
    )


# The dearest order that several creators had a hand in, of a payee with a pool share.
_PICK = (
    "select l.in_period as in_period, l.payee_id as payee_id, l.line_key as line_key, "
    "q.line_key as pool_key, count(*) as touches, count(distinct t.creator_id) as creators "
    "from settling as s "
    "join line_touches as t on t.line_id = s.line_id "
    "join statement_lines as l on l.in_period = s.in_period and l.kind = 'commission' "
    "and l.line_key = concat('C:', cast(s.line_id as varchar), ':', cast(s.creator_id as varchar)) "
    "and not l.is_held "
    "join statement_lines as q on q.in_period = s.in_period and q.kind = 'pool' "
    "and q.payee_id = l.payee_id and q.ref_id = s.pool_id "
    "where s.outcome = 'direct' "
    "and s.weight_ms >= 10000 and s.paid_at - s.touched_at >= 60000 "
    "group by l.in_period, l.payee_id, l.line_key, q.line_key "
    "having count(*) between 4 and 7 and count(distinct t.creator_id) >= 3 "
    "order by max(s.direct_minor) desc, in_period, line_key limit 1"
)


def print_proof(proof: Proof, currency: str, out: Console, lang: Lang) -> None:
    """Print the order's line, the pool's line of the same payee, and both checks."""
    word = words_of(lang)
    for found in (proof.order, proof.pool):
        amount = yuan(found.line.amount_minor, currency)
        out.print(
            f"[bold]{found.key}[/bold]  {word('payee', '收款人')} {found.line.payee_id}, "
            f"{found.line.kind}  [bold]{amount} {currency}[/bold]"
        )
        if found.receipt is not None:
            out.print(sentence(found.receipt, lang.value), markup=False)
        print_path(found, out, word)
        print_evidence(found, out, word)
        if found is proof.order:
            out.print()
    if proof.pool.improvements:
        best = proof.pool.improvements[0]
        gain = micro_yuan(best["gain_micro"], currency)
        out.print(
            word(
                f"What would raise it most: {word(*DIMENSIONS[best['dimension']])} in {best['scene_id']}, "
                f"{gain} {currency} for one more full viewer.",
                f"提升最快的方向：{best['scene_id']} 的{word(*DIMENSIONS[best['dimension']])}，"
                f"每多一位满分观众增加 {gain} {currency}。",
            )
        )
    out.print()
    good, bad = proof.verified, proof.refused.first_difference
    out.print(
        word(
            f"{proof.receipt.name}: {good.checked_steps} steps recomputed offline, the line stands "
            f"under the manifest ({good.origin}).",
            f"{proof.receipt.name}：离线复算 {good.checked_steps} 步，一致；该行在清单之下（{good.origin}）。",
        )
    )
    if bad is not None:
        out.print(
            word(
                f"{proof.edited.name}, one number edited: refused at step [bold]{bad.step}[/bold], "
                f"{bad.field}: expected {bad.expected}, found {bad.found}.",
                f"{proof.edited.name}（改动一个数字）：在步骤 [bold]{bad.step}[/bold] 被拒，"
                f"{bad.field} 应为 {bad.expected}，却是 {bad.found}。",
            )
        )
