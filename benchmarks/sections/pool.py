"""Pool: a million payees valued and shared; partitions and attacks on the rule."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.measuring import measure, measure_median
from benchmarks.report import Row, count, seconds, times
from wavepool.engine.sharing.attacks import OUR_RULE

INTRO = (
    "One pool shared among payees whose three evidence sums are random: the exact integer roots, "
    "then the shares, floored in micro-units and carried. Partitions divide one payee's events over "
    "up to four accounts and compare values exactly."
)
ATTACKS_INTRO = (
    "The best gain that a seeded search found by dividing one payee's events over several accounts, "
    "in percent of the honest pay: random, greedy, hill climbing, dust, quarantine. Merging two "
    "payees into one is another promise and shown beside it. Pro-rata by views and user-centric "
    "shares are proof against both and pay bots instead; see Accuracy."
)
SHARE_CPU_S_MAX = 0.5


def run(bench: Bench) -> None:
    """Measure values, shares and the fuzzed partitions."""
    bench.report.begin("Pool", INTRO)
    payees = 100_000 if bench.is_quick else 1_000_000
    shared = measure_median("pool", repeats=1 if bench.is_quick else 5, payees=payees)
    shares, values = shared.answer["shares_cpu_s"], shared.answer["values_cpu_s"]
    bench.report.add(
        Row(
            f"sharing among {count(payees)} payees",
            f"{seconds(shares)} CPU",
            target=f"≤ {SHARE_CPU_S_MAX} s",
            is_met=shares <= SHARE_CPU_S_MAX,
        )
    )
    bench.report.add(
        Row(
            f"exact values of {count(payees)} payees",
            f"{seconds(values)} CPU",
            f"{seconds(shares)} CPU to share",
            times(values, shares),
        )
    )
    partitions = 20_000 if bench.is_quick else 1_000_000
    fuzz = measure("fuzz", partitions=partitions)
    bench.report.add(
        Row(
            f"{count(partitions)} fuzzed partitions that gain",
            count(fuzz.answer["gaining"]),
            ratio=f"best gain {fuzz.answer['best_gain_ppm']} ppm",
            target="0",
            is_met=fuzz.answer["gaining"] == 0,
        )
    )


def run_attacks(bench: Bench) -> None:
    """Search attacks on every rule."""
    bench.report.begin("Attacks", ATTACKS_INTRO)
    rounds = 1 if bench.is_quick else 20
    found = measure("attacks", rounds=rounds).answer["rules"]
    ours = next(row for row in found if row["rule"] == OUR_RULE.name)
    worst = max(found, key=lambda row: row["split_gain_ppm"])
    bench.report.add(
        Row(
            f"best gain from splitting, {rounds} markets of each shape",
            _percent(ours["split_gain_ppm"]),
            f"{_percent(worst['split_gain_ppm'])} ({worst['rule']})",
            target="≤ 0 %",
            is_met=ours["split_gain_ppm"] <= 0,
        )
    )
    bench.report.table(
        "Gain of the best attack, by rule",
        ("rule", "splitting", "by", "merging"),
        [
            (
                row["rule"],
                _percent(row["split_gain_ppm"]),
                row["attack"] if row["split_gain_ppm"] > 0 else "–",
                _percent(row["merge_gain_ppm"]),
            )
            for row in found
        ],
    )


def _percent(gain_ppm: int) -> str:
    return f"{gain_ppm / 10_000:+.1f} %" if gain_ppm else "0 %"
