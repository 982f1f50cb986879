"""The demonstration's report: read everything from the settlement's files, then print it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.rule import Rule

from wavepool.cli.demo.book import Book, Row
from wavepool.cli.demo.cast import print_cast, read_cast
from wavepool.cli.demo.claim import print_claim, read_claim
from wavepool.cli.demo.earners import print_earners, read_earners
from wavepool.cli.demo.months import print_months, read_busiest_day, read_months
from wavepool.cli.demo.pools import print_pools, read_pools
from wavepool.cli.demo.programmes import print_programmes, read_programmes
from wavepool.cli.demo.proof import Proof, print_proof, read_proof
from wavepool.cli.demo.risks import print_risks, read_risks
from wavepool.cli.demo.season import Staged
from wavepool.cli.demo.village import print_village, read_village
from wavepool.cli.words import Lang, words_of


@dataclass(frozen=True)
class Report:
    """All figures of the report, each as its page reads them."""

    staged: Staged
    currency: str
    pool_names: dict[str, tuple[str, str]]
    cast: Row
    months: list[Row]
    busiest: Row
    pools: list[Row]
    earners: list[Row]
    proof: Proof
    programmes: Row
    village: Row
    risks: Row
    claim: Row


def read_report(book: Book, staged: Staged) -> Report:
    """Read every page's figures. Raises NothingToProve when the season is too small."""
    return Report(
        staged=staged,
        currency=book.currency,
        pool_names={pool.id: (pool.name_en, pool.name_zh) for pool in book.policy.pools},
        cast=read_cast(book),
        months=read_months(book),
        busiest=read_busiest_day(book),
        pools=read_pools(book),
        earners=read_earners(book),
        proof=read_proof(book, staged.folder),
        programmes=read_programmes(book, staged.documents),
        village=read_village(book),
        risks=read_risks(book),
        claim=read_claim(book),
    )


def print_report(report: Report, out: Console, lang: Lang) -> None:
    """Print the pages in the order in which a reader's questions come."""
    word = words_of(lang)
    currency = report.currency

    def head(english: str, chinese: str) -> None:
        out.print()
        out.print(Rule(f"[bold]{word(english, chinese)}[/bold]", align="left", style="dim"))

    first, last = report.months[0]["period"], report.months[-1]["period"]
    head(f"A season, {first} to {last}", f"一个季度，{first} 至 {last}")
    print_cast(report.cast, out, word)
    head("Month by month", "逐月")
    print_months(report.months, report.busiest, currency, out, word)
    head("The pool", "奖池")
    names = {pool: word(*pair) for pool, pair in report.pool_names.items()}
    print_pools(report.pools, names, out, word)
    head("Who gets what", "谁得到多少")
    print_earners(report.earners, currency, out, word)
    head("Sales alone, or what content is worth", "只看销售，还是看内容价值")
    print_claim(report.claim, currency, out, word)
    head("Why: one line down to its touches", "为什么：一行收入追溯到触达")
    print_proof(report.proof, currency, out, lang)
    head("Incentives of 2022", "2022 激励计划")
    print_programmes(report.programmes, currency, out, word)
    head("Village programme", "村播计划")
    print_village(report.village, currency, out, word)
    head("Held, with evidence", "暂扣与证据")
    print_risks(report.risks, currency, out, word)
    head("Next", "接下来")
    _print_next(report, out)


def _print_next(report: Report, out: Console) -> None:
    staged = report.staged
    out.print(f"[dim]digest {staged.settled.digest}[/dim]")
    for command in (
        f"wavepool explain {staged.out} {report.proof.pool.key}",
        f"wavepool verify {report.proof.receipt}",
        f"wavepool verify {report.proof.edited}",
        f"wavepool court {staged.out}",
        "wavepool policy diff default pool_per_scene",
    ):
        out.print(f"  {command}", soft_wrap=True, markup=False)
