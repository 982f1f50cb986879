"""How an explained line looks: sentence, steps with its numbers, path, evidence, what would help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from wavepool.cli.terminal import grid, micro_yuan, yuan
from wavepool.cli.words import Lang, Words, words_of
from wavepool.engine.receipts import sentence
from wavepool.engine.seasons.explaining import Explanation

DIMENSIONS = {
    "quality": ("quality", "内容质量"),
    "experience": ("experience", "消费体验"),
    "commerce": ("commerce", "商业价值"),
    "all_three": ("all three", "三项齐备"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SUMS = ("quality", "experience", "commerce")
_TOUCHES_MAX = 12
_ROWS_MAX = 6


def print_explanation(found: Explanation, out: Console, *, lang: Lang) -> None:
    """Print all that is known of one line; sections without content are left out."""
    word = words_of(lang)
    line = found.line
    out.print(
        f"[bold]{found.key}[/bold]  {escape(line.line_key)}  "
        f"[bold]{amount_words(line.amount_minor, line.currency)}[/bold]  "
        f"{line.kind}, {word('payee', '收款人')} {line.payee_id}"
        + (word(", held", "，暂扣") if line.is_held else "")
    )
    if found.receipt is None:
        out.print(
            word(
                "A ruling changed this order's parts; the ruling's own line (J:…) explains them.",
                "裁定改变了该订单的分配；由裁定行（J:…）说明。",
            )
        )
    else:
        out.print(f"\n{sentence(found.receipt, lang.value)}", markup=False)
        _print_steps(found.receipt, out, word)
    _print_scenes(found, out, word)
    print_path(found, out, word)
    print_evidence(found, out, word)
    _print_peers(found, out, word)
    _print_improvements(found, out, word)
    if found.receipt is not None:
        rules = found.receipt["policy"]
        out.print(
            f"\n[dim]{word('policy', '规则')} {escape(rules['id'])} "
            f"v{rules['version']}  {rules['digest']}[/dim]"
        )


def _print_steps(receipt: Mapping[str, Any], out: Console, word: Words) -> None:
    out.print(f"\n[bold]{word('Computed', '计算过程')}[/bold]")
    known: dict[str, Any] = dict(receipt["line"])
    table = grid("", [word("step", "步骤"), word("formula and numbers", "公式与数字")])
    table.show_header = False
    for step in receipt["steps"]:
        known.update(step["inputs"])
        known.update(step["result"])
        # A formula over rows has no single number for a name.
        has_rows = any(isinstance(value, list) for value in step["inputs"].values())
        numbers = step["formula"] if has_rows else filled(step["formula"], known)
        result = ", ".join(
            f"{name} {value}" for name, value in step["result"].items() if _is_short(value)
        )
        text = Text(step["formula"], style="dim")
        if numbers != step["formula"]:
            text.append(f"\n{numbers}", style="not dim")
        if result:
            text.append(f"\n→ {result}", style="not dim")
        table.add_row(step["name"], text)
    out.print(table)


def _print_scenes(found: Explanation, out: Console, word: Words) -> None:
    """Print a pool line's evidence by scene: the three sums, and the value they give."""
    steps = {} if found.receipt is None else {step["name"]: step for step in found.receipt["steps"]}
    if "value" not in steps or "scenes" not in steps["value"]["inputs"]:
        return
    table = grid(
        "\n" + word("Evidence by scene, in viewers' worth", "各场景证据（等效观众）"),
        [
            word("scene", "场景"),
            *(f">{word(*DIMENSIONS[name])}" for name in _SUMS),
            word(">value", ">价值"),
        ],
    )
    step = steps["value"]
    for scene, value in zip(step["inputs"]["scenes"], step["result"]["values"], strict=True):
        sums = (viewers_worth(scene[f"{name}_micro"]) for name in _SUMS)
        table.add_row(scene["scene_id"], *sums, viewers_worth(value))
    out.print(table)


def viewers_worth(micro: int) -> str:
    """Write micro-viewers as viewers with two decimals, floored.

    >>> viewers_worth(1_234_567_890)
    '1,234.56'
    """
    return f"{micro // 1_000_000:,}.{micro % 1_000_000 // 10_000:02d}"


def filled(formula: str, known: Mapping[str, Any]) -> str:
    """Put a line's numbers in the place of their names.

    >>> filled("fee = floor(base x fee_ppm / 10^6)", {"base": 1000, "fee_ppm": 100000})
    'fee = floor(1000 x 100000 / 10^6)'
    """

    def value_of(match: re.Match[str]) -> str:
        value = known.get(match[0], known.get(f"{match[0]}_minor"))
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return str(value) if is_number else match[0]

    return _NAME.sub(value_of, formula)


def _is_short(value: object) -> bool:
    return not isinstance(value, list | dict) and value is not None


def print_path(found: Explanation, out: Console, word: Words) -> None:
    """Print order, touch, piece, scene and plan of a line that comes from an order."""
    path = found.path
    if "order_id" not in path:
        return
    session = (
        "" if path["session_id"] is None else f" ({word('session', '场次')} {path['session_id']})"
    )
    paid = f"{yuan(path['paid_minor'], path['currency'])} {path['currency']}"
    order = f"{word('order', '订单')} {path['order_id']}, {word('line', '子单')} {path['line_id']}"
    maker = f"{word('creator', '创作者')} {path['creator_id']}"
    steps = (
        f"{order}, {paid}, {instant(path['paid_at'])}",
        f"{word('touch', '触达')} {path['touch_id']}, {instant(path['touched_at'])}",
        f"{word('piece', '内容')} {path['piece_id']}{session}, {maker}",
        f"{word('scene', '场景')} {path['scene_id']}",
        f"{word('plan', '计划')} {path['plan_id']}, {percent(path['rate_ppm'])}",
    )
    out.print(f"\n[bold]{word('Path', '路径')}[/bold]")
    for depth, step in enumerate(steps):
        out.print(f"  {'   ' * depth}{'└ ' if depth else ''}{step}", markup=False)


def print_evidence(found: Explanation, out: Console, word: Words) -> None:
    """Print the order's touches, the winner marked."""
    rows = found.evidence.to_pylist()
    if not rows:
        return
    classes = {
        1: word("live, same item", "直播同款"),
        2: word("same item", "同款"),
        3: word("same shop", "同店"),
    }
    shown = rows[-_TOUCHES_MAX:]
    hidden = len(rows) - len(shown)
    table = grid(
        "\n" + word("Touches of this buyer inside the window", "窗口内该买家的触达"),
        [
            "",
            word("when", "时间"),
            word("touch", "触达"),
            word("creator", "创作者"),
            word("piece", "内容"),
            word("class", "类别"),
            word(">seconds", ">秒"),
            word("clicked", "点击"),
            word("qualified", "有效"),
        ],
    )
    for row in shown:
        table.add_row(
            word("wins", "胜出") if row["is_winner"] else "",
            instant(row["touched_at"]),
            str(row["touch_id"]),
            str(row["creator_id"]),
            str(row["piece_id"]),
            classes.get(row["class_no"], str(row["class_no"])),
            f"{row['weight_ms'] / 1000:.1f}",
            word("yes", "是") if row["is_clicked"] else word("no", "否"),
            word("yes", "是") if row["is_qualified"] else word("no", "否"),
            style="bold" if row["is_winner"] else None,
        )
    out.print(table)
    if hidden:
        out.print(word(f"{hidden} earlier touches not shown", f"另有 {hidden} 次更早触达"))


def _print_peers(found: Explanation, out: Console, word: Words) -> None:
    if not found.peers:
        return
    table = grid(
        "\n" + word("Quality per viewer, beside peers of the same slot", "同位次同行的人均质量"),
        [
            word("scene", "场景"),
            word("slot", "位次"),
            word(">viewers", ">观众"),
            word(">own", ">本人"),
            word(">peers", ">同行"),
        ],
    )
    for row in found.peers[:_ROWS_MAX]:
        table.add_row(
            row["scene_id"],
            row["slot"] or "–",
            f"{row['viewers']:,}",
            percent(row["own_ppm"]),
            percent(row["peers_ppm"]),
        )
    out.print(table)


def _print_improvements(found: Explanation, out: Console, word: Words) -> None:
    currency = found.line.currency
    if not found.improvements or currency is None:
        return
    table = grid(
        "\n" + word("What one more full viewer would add", "再增加一位满分观众的收益"),
        [word("scene", "场景"), word("dimension", "维度"), word(">gain", ">增益")],
    )
    for row in found.improvements[:_ROWS_MAX]:
        kind = word(*DIMENSIONS[row["dimension"]])
        table.add_row(row["scene_id"], kind, micro_yuan(row["gain_micro"], currency))
    out.print(table)


def amount_words(amount_minor: int, currency: str | None) -> str:
    """Write an amount with its currency; a line without one is a count of minor units."""
    return str(amount_minor) if currency is None else f"{yuan(amount_minor, currency)} {currency}"


def instant(at_ms: int) -> str:
    """Write a time as RFC 3339 in UTC, to the second.

    >>> instant(1_667_880_000_000)
    '2022-11-08T04:00:00Z'
    """
    return datetime.fromtimestamp(at_ms // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_text(day: int) -> str:
    """Write a day number (days since 1970-01-01) as a date.

    >>> day_text(19_307)
    '2022-11-11'
    """
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def percent(ppm: int) -> str:
    """Write parts per million as percent with two decimals, floored.

    >>> percent(123_456)
    '12.34 %'
    """
    return f"{ppm // 10_000}.{ppm % 10_000 // 100:02d} %"
