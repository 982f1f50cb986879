"""What flowed into the pools and out of them, exact to the last micro-unit."""

from __future__ import annotations

from rich.console import Console

from wavepool.cli.demo.book import MICRO, Book, Row
from wavepool.cli.terminal import grid, micro_yuan
from wavepool.cli.words import Words

_INFLOW = (
    (1, "legs_minor", "pool legs", "订单入池"),
    (1, "subsidy_minor", "platform subsidy", "平台补贴"),
    (-1, "reversals_minor", "refunds", "退款冲回"),
    (1, "freed_minor", "freed by rulings", "裁定释放"),
    (-1, "deficit_in_minor", "deficit in", "上期赤字"),
)


def read_pools(book: Book) -> list[Row]:
    """Put every pool's account beside what reached people; all amounts in micro-units.

    Each row tells whether inflow = outflow and distributed = agencies + paid + carried on.
    """
    accounts = book.rows("select * from pool_accounts order by pool_id, in_period")
    paid = book.rows(
        "select in_period, ref_id as pool_id, cast(sum(net_micro) as bigint) as net_micro, "
        "cast(sum(carry_in_micro) as bigint) as carry_in_micro, "
        "cast(sum(paid_minor) as bigint) as paid_minor, "
        "cast(sum(carry_out_micro) as bigint) as carry_out_micro "
        "from micro_lines where kind = 'pool' group by in_period, ref_id"
    )
    agencies = book.rows(
        "select in_period, ref_id, cast(sum(part_micro) as bigint) as part_micro "
        "from agency_parts group by in_period, ref_id"
    )
    net = {(row["in_period"], row["pool_id"]): row for row in paid}
    parts = {(row["in_period"], row["ref_id"]): row["part_micro"] for row in agencies}
    return [
        _balanced(
            row,
            net.get((row["in_period"], row["pool_id"])),
            parts.get((row["in_period"], f"P:{row['pool_id']}"), 0),
        )
        for row in accounts
    ]


def _balanced(account: Row, paid: Row | None, agency_micro: int) -> Row:
    flows = {name: sign * account[name] * MICRO for sign, name, _, _ in _INFLOW}
    inflow = sum(flows.values()) + account["residue_in_micro"]
    outflow = (
        account["distributed_micro"]
        + account["residue_out_micro"]
        - account["deficit_out_minor"] * MICRO
    )
    reached = paid or dict.fromkeys(
        ("net_micro", "carry_in_micro", "paid_minor", "carry_out_micro"), 0
    )
    carried = reached["carry_out_micro"] - reached["carry_in_micro"]
    return {
        "period": account["in_period"],
        "pool_id": account["pool_id"],
        "currency": account["currency"],
        **{name.replace("_minor", "_micro"): amount for name, amount in flows.items()},
        "residue_in_micro": account["residue_in_micro"],
        "inflow_micro": inflow,
        "distributed_micro": account["distributed_micro"],
        "residue_out_micro": account["residue_out_micro"],
        "deficit_out_micro": account["deficit_out_minor"] * MICRO,
        "agencies_micro": agency_micro,
        "paid_micro": reached["paid_minor"] * MICRO,
        "carried_micro": carried,
        "balances": inflow == outflow
        and account["distributed_micro"] == reached["net_micro"] + agency_micro
        and reached["net_micro"] == reached["paid_minor"] * MICRO + carried,
    }


def print_pools(pools: list[Row], names: dict[str, str], out: Console, word: Words) -> None:
    """Print each pool as one table, a column for each month."""
    for pool_id in dict.fromkeys(row["pool_id"] for row in pools):
        mine = [row for row in pools if row["pool_id"] == pool_id]
        table = grid(names[pool_id], ["", *(f">{row['period']}" for row in mine)])
        rows = [
            *(
                (name.replace("_minor", "_micro"), word(english, chinese), "")
                for _, name, english, chinese in _INFLOW
            ),
            ("residue_in_micro", word("residue in", "上期零头"), ""),
            ("inflow_micro", word("to distribute", "可分配"), "bold"),
            ("distributed_micro", word("distributed by value", "按价值分配"), "bold"),
            ("agencies_micro", word("  to agencies", "  机构分成"), "dim"),
            ("paid_micro", word("  paid to creators", "  付给创作者"), "dim"),
            ("carried_micro", word("  carried to next line", "  结转"), "dim"),
            ("residue_out_micro", word("residue out", "零头结转"), ""),
            ("deficit_out_micro", word("deficit out", "赤字结转"), ""),
        ]
        for name, label, style in rows:
            amounts = [row[name] for row in mine]
            if any(amounts) or style:
                shown = [micro_yuan(row[name], row["currency"]) for row in mine]
                table.add_row(label, *shown, style=style or None)
        yes, no = word("exactly", "分毫不差"), word("NO", "否")
        table.add_row(
            word("in = out", "流入 = 流出"), *(yes if row["balances"] else no for row in mine)
        )
        out.print(table)
        for row in mine:
            if not row["distributed_micro"] and row["inflow_micro"] > 0:
                waiting = micro_yuan(row["residue_out_micro"], row["currency"])
                out.print(
                    word(
                        f"{row['period']}: no content was shown, so {waiting} waits for the next "
                        "month's content.",
                        f"{row['period']}：当月没有内容展示，{waiting} 留待下月内容分配。",
                    )
                )
