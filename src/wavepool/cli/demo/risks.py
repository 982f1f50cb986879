"""What was held, why, and what became of it: nobody loses money in silence."""

from __future__ import annotations

import json

from rich.console import Console

from wavepool.cli.demo.book import Book, Row
from wavepool.cli.terminal import grid, yuan
from wavepool.cli.words import Words

_RING = {"buyer_id", "partners", "co_sessions", "core", "null_max"}
_CAUSES = {
    "self_purchase": ("bought by someone linked to the payee", "与收款人有关联者购买"),
    "lockstep": ("bought in step with a ring", "刷单团伙同步购买"),
}


def read_risks(book: Book) -> Row:
    """Sum holds by rule with one example, and rulings by outcome."""
    holds = book.rows(
        "select h.cause as cause, h.rule as rule, count(*) as holds, "
        "count(distinct h.payee_id) as payees, cast(sum(h.amount_minor) as bigint) as amount_minor, "
        "min(h.hold_id) as example, min(h.evidence) as evidence "
        "from holds as h group by h.cause, h.rule order by h.cause, h.rule"
    )
    ruled = book.one(
        "select count(distinct hold_id) as holds, "
        "cast(coalesce(sum(kept_minor), 0) as bigint) as kept_minor, "
        "cast(coalesce(sum(freed_minor), 0) as bigint) as freed_minor from ruled_parts"
    )
    for row in holds:
        example = book.one(f"select evidence from holds where hold_id = '{row['example']}' limit 1")
        row["evidence"] = json.loads(example["evidence"])
    return {"holds": holds, "ruled": ruled}


def print_risks(risks: Row, currency: str, out: Console, word: Words) -> None:
    """Print each rule with an example of its evidence."""
    table = grid(
        "",
        [
            word("why", "原因"),
            word(">holds", ">暂扣"),
            word(">payees", ">收款人"),
            word(">amount", ">金额"),
            word("one of them, with its evidence", "一例及其证据"),
        ],
    )
    for row in risks["holds"]:
        cause = _CAUSES.get(row["cause"], (row["cause"], row["cause"]))
        table.add_row(
            word(*cause),
            f"{row['holds']:,}",
            f"{row['payees']:,}",
            yuan(row["amount_minor"], currency),
            f"{row['example']}: {_evidence_words(row['evidence'])}",
        )
    out.print(table)
    ruled = risks["ruled"]
    kept, freed = yuan(ruled["kept_minor"], currency), yuan(ruled["freed_minor"], currency)
    out.print(
        word(
            f"{ruled['holds']:,} holds were ruled or ran out: {kept} went to the person, "
            f"{freed} back to pool and shops.",
            f"{ruled['holds']:,} 笔暂扣已裁定或到期：{kept} 付给本人，{freed} 退回奖池与商家。",
        )
    )


def _evidence_words(evidence: object) -> str:
    """Say a hold's evidence: the chain of identity links, or the test's numbers."""
    if isinstance(evidence, list) and all(isinstance(link, list) for link in evidence):
        return ", ".join(f"{link[0]} and {link[1]} by {link[2]}" for link in evidence)
    if isinstance(evidence, dict) and evidence.keys() >= _RING:
        return (
            f"buyer {evidence['buyer_id']} met {evidence['partners']} partners "
            f"{evidence['co_sessions']} times; core {evidence['core']}, "
            f"chance reaches {evidence['null_max']}"
        )
    return str(evidence)
