"""The page that the example prints: facts, lines, cuts, pool, campaigns, one line explained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from examples.complete_journey.books import Books, Row
from examples.complete_journey.facts import Facts
from wavepool.cli.terminal import grid, micro_yuan, yuan
from wavepool.engine.policy import Policy, zone_rules
from wavepool.engine.receipts import sentence, verify_with_manifest
from wavepool.engine.seasons.explaining import Explanation

CURRENCY = "USD"
_TOP = 6


def print_facts(page: Console, facts: Facts, same_day: Mapping[str, int]) -> None:
    """Print what the source holds and how many redemptions meet a purchase, by reading."""
    page.print("[bold]The Complete Journey[/bold]  a grocer's year of baskets and coupon campaigns")
    table = grid("", ("fact", ">count"))
    table.title, table.show_header = None, False
    table.add_row("order lines", f"{facts.lines:,}")
    table.add_row("sales in the source", f"{money(facts.sales_minor)} {CURRENCY}")
    residue = f"lines with a price of zero, {facts.dust} of them float residue"
    table.add_row(residue, f"{facts.zero_prices:,}")
    table.add_row("lines with a quantity of zero", f"{facts.zero_quantities:,}")
    table.add_row("coupon rows that repeat another", f"{facts.repeated_coupon_rows:,}")
    found = f"{facts.resolved_redemptions:,} of {facts.redemptions:,}"
    table.add_row("redemptions whose coupon is in the campaign they name", found)
    for reading, count in same_day.items():
        table.add_row(f"covered purchase on the same day, {reading}", f"{count:,}")
    page.print(table)


def print_books(page: Console, books: Books) -> None:
    """Print lines by campaign type, the cut, the pool and the campaigns."""
    page.print()
    page.print(_scene_table(books))
    totals = books.totals
    page.print()
    page.print(
        f"[bold]Commission cut[/bold]  {money(totals['commission_minor'])} = "
        f"direct {money(totals['direct_minor'])} + fee {money(totals['fee_minor'])} + "
        f"pool {money(totals['pool_minor'])}"
    )
    gap = books.pool_gap_micro
    page.print(
        f"[bold]Pool[/bold]  in {money(totals['pool_in_minor'])} = "
        f"paid {money(totals['pool_paid_minor'])} + "
        f"carried by payees {micro_money(totals['carried_micro'])} + "
        f"left in the pool {micro_money(totals['residue_micro'])}"
    )
    verdict = "balanced to the cent" if gap == 0 else f"apart by {micro_money(gap)}"
    page.print(
        f"  {verdict}; {totals['transfers']:,} transfers add up to {money(totals['balance_minor'])}; "
        f"lines still waiting: {totals['waiting_lines']:,}"
    )
    page.print()
    page.print(_campaign_table(books))
    note = "by sales: what its own lines put into the pool; by value: what the pool gives it"
    page.print(f"[dim]{note}[/dim]")


def print_line(page: Console, found: Explanation, manifest: bytes, policy: Policy) -> None:
    """Print the line that paid most, in one sentence, with its receipt verified."""
    page.print()
    assert found.receipt is not None, "nothing was ruled here, so every line has a receipt"
    line, order = found.line, found.path
    verified = verify_with_manifest(found.receipt, manifest, None)
    page.print(f"[bold]{line.line_key}[/bold]  {money(line.amount_minor)}  {line.period}")
    page.print(Padding(sentence(found.receipt), (0, 0, 0, 2)))
    page.print(
        f"  campaign {order['piece_id']}, paid {money(order['paid_minor'])} on "
        f"{_moment(order['paid_at'], policy)}, commission {money(order['commission_minor'])}"
    )
    proof = "steps agree" if verified.ok else "steps differ"
    page.print(f"  receipt: {verified.checked_steps} {proof}, membership {verified.membership}")


def print_end(
    page: Console, *, out: str, key: str, digest: str, seconds: Mapping[str, float]
) -> None:
    """Print how long each part took, the digest, and the command that says more."""
    page.print()
    page.print(
        "  ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items())
        + f"  digest {digest[:16]}"
    )
    page.print(f"Settled in {out}; wavepool explain {out} {key}", soft_wrap=True)


def money(amount_minor: int) -> str:
    """Write cents as dollars."""
    return yuan(amount_minor, CURRENCY)


def micro_money(amount_micro: int) -> str:
    """Write millionths of a cent as dollars, exactly."""
    return micro_yuan(amount_micro, CURRENCY)


def _scene_table(books: Books) -> Table:
    columns = ("type", ">redemptions", ">covered lines", ">same maker", ">sales", ">commission")
    table = grid("Lines that a redemption earned, within 15 days", columns)
    for row in books.scenes:
        table.add_row(
            row["name"],
            f"{row['redemptions']:,}",
            f"{row['covered_lines']:,}",
            f"{row['other_lines']:,}",
            money(row["paid_minor"]),
            money(row["commission_minor"]),
        )
    organic = books.totals["lines"] - books.totals["attributed_lines"]
    earned_minor = sum(row["paid_minor"] for row in books.scenes)
    organic_minor = books.totals["paid_minor"] - earned_minor
    table.add_row("none", "", f"{organic:,}", "", money(organic_minor), "0.00")
    all_lines = f"{books.totals['lines']:,}"
    table.add_row("all", "", all_lines, "", money(books.totals["paid_minor"]), "", style="bold")
    return table


def _campaign_table(books: Books) -> Table:
    columns = (
        "campaign",
        "type",
        ">redemptions",
        ">sales",
        ">by sales",
        ">by value",
        ">difference",
    )
    table = grid("Campaigns in the pool, highest value first", columns)
    shown, rest = books.campaigns[:_TOP], books.campaigns[_TOP:]
    for row in shown:
        table.add_row(*_campaign_cells(str(row["campaign_id"]), row["campaign_type"], [row]))
    table.add_row(*_campaign_cells(f"{len(rest)} others", "", rest))
    return table


def _campaign_cells(name: str, kind: str, rows: tuple[Row, ...] | list[Row]) -> tuple[str, ...]:
    redemptions = sum(row["redemptions"] for row in rows)
    sales_minor = sum(row["paid_minor"] for row in rows)
    by_sales_minor = sum(row["by_sales_minor"] for row in rows)
    by_value_minor = sum(row["by_value_micro"] for row in rows) // 1_000_000
    amounts = (sales_minor, by_sales_minor, by_value_minor, by_value_minor - by_sales_minor)
    return (name, kind, f"{redemptions:,}", *(money(amount) for amount in amounts))


def _moment(at_ms: int, policy: Policy) -> str:
    seconds, _ = divmod(at_ms, 1_000)
    local = datetime.fromtimestamp(seconds, UTC).astimezone(zone_rules(policy.zone))
    return f"{local:%Y-%m-%d %H:%M}"
