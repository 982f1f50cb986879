"""Version 1 of every kind: the engine's defaults, cut into the documents of the platform."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from wavepool.domains.policies.models.kinds import FRAME_KIND, Kind, kind_of
from wavepool.domains.policies.tables.documents import clean_text
from wavepool.engine.policy import default_policy
from wavepool.engine.policy.toml_text import toml_rows
from wavepool.engine.policy.walking import keys_of

_HEADER: Final = re.compile(r"^\[\[?([a-z_]+)[.\]]")

_LEVELS: Final = """\
# Creator levels. Every number is a default of ours, chosen for a start and meant to be changed.
[document]
id = "default"
version = 1
notice_days = 30

# A review looks 90 days back; who misses a level keeps it for 30 days more.
[review]
window_days = 90
keep_days = 30

[[levels]]
id = "L1"
name_zh = "新芽"
name_en = "Seedling"
effective_days = 0
received_minor = 0

[[levels]]
id = "L2"
name_zh = "成长"
name_en = "Growing"
effective_days = 8
received_minor = 100000

[[levels]]
id = "L3"
name_zh = "稳定"
name_en = "Steady"
effective_days = 20
received_minor = 1000000

[[levels]]
id = "L4"
name_zh = "骨干"
name_en = "Strong"
effective_days = 36
received_minor = 5000000

[[levels]]
id = "L5"
name_zh = "领跑"
name_en = "Leading"
effective_days = 48
received_minor = 20000000

[[levels]]
id = "L6"
name_zh = "标杆"
name_en = "Landmark"
effective_days = 60
received_minor = 100000000
"""

_TRAFFIC: Final = """\
# How exposure is shared. Every number is a default of ours, chosen for a start.
[document]
id = "default"
version = 1
notice_days = 7

# Parts of a scene's impressions of one day: 100000 is 10 %.
[exposure]
explore_ppm = 100000
creator_cap_ppm = 50000
agency_cap_ppm = 200000

[[floors]]
tier = "newcomer"
share_ppm = 100000

[[floors]]
tier = "tail"
share_ppm = 150000

[[floors]]
tier = "mid"
share_ppm = 200000

# One unit of a traffic reward is a thousand impressions.
[vouchers]
unit_impressions = 1000
expiry_days = 30
daily_units_max = 50
"""

_PAYOUT: Final = """\
# How money leaves. Every number is a default of ours; the tax follows what its note says.
[document]
id = "default"
version = 1
notice_days = 7

# Days from receipt of the goods to settlement: trust lost, usual, earned. A review looks 6 months
# back; 3 months with a statement, no ruling against and few refunds earn the shortest wait.
[payday]
days_by_trust = [20, 15, 7]
review_months = 6
earned_months = 3
earned_refund_ppm = 150000
lost_refund_ppm = 400000
lost_rulings = 1
# A month closes after 3 days of draft and 7 of objections; it is paid on the last working day of
# the month after it. Weekdays are 1 (Monday) to 7; holidays are not known here.
pay_on = "last_working_day"
weekdays = [1, 2, 3, 4, 5]

# Kept back of every statement for some days after it is issued: 50000 is 5 %.
[reserve]
share_ppm = 50000
days = 8

[[limits]]
currency = "CNY"
minimum_minor = 100

[[approval]]
currency = "CNY"
two_persons_above_minor = 5000000

[tax]
exempt = ["company", "agency", "shop"]

# Monthly withholding of labour remuneration in mainland China: announcement 61 of 2018 of the
# State Taxation Administration, article 8 and table 2. Free are 800 yuan of up to 4000 yuan, else
# 20 %; 20 % up to 20000 yuan, 30 % less 2000 up to 50000, 40 % less 7000 above. Yearly settlement,
# other taxes and residence elsewhere are the operator's to add or to change.
[[tax.rules]]
payee_kind = "person"
currency = "CNY"
name_zh = "劳务报酬所得按月预扣预缴"
name_en = "Labour remuneration, withheld monthly"
allowance_minor = 80000
allowance_until_minor = 400000
allowance_ppm = 200000
above_minor = [0, 2000000, 5000000]
rate_ppm = [200000, 300000, 400000]
quick_minor = [0, 200000, 700000]
"""
_OWN: Final = {"level": _LEVELS, "traffic": _TRAFFIC, "payout": _PAYOUT}


@cache
def packaged_document(name: str) -> str:
    """The text of version 1 of a kind.

    Put together, the documents of the engine's kinds are the engine's default policy to the digest.
    """
    kind = kind_of(name)
    if kind.schema == "programme":
        place = files("wavepool.engine.policy").joinpath("documents", "incentives_2022.toml")
        return clean_text(place.read_text(encoding="utf-8"))
    if kind.schema == "own":
        return clean_text(_OWN[name])
    return clean_text("\n".join([_head(kind), *_default_sections(kind)]))


def _head(kind: Kind) -> str:
    policy = default_policy()
    lines = [
        "[document]",
        f'id = "{policy.id}"',
        f"version = {policy.version}",
        "# days between the notice of a change and its first day",
        f"notice_days = {policy.notice_days}",
    ]
    if kind.name == FRAME_KIND:
        lines += [
            "# whose days and months the periods are",
            f'zone = "{policy.zone}"',
            "# currency of the amounts written in every document",
            f'currency = "{policy.currency}"',
        ]
    return "\n".join(lines)


def _default_sections(kind: Kind) -> list[str]:
    """The sections of the default policy that belong to a kind; each key is explained once.

    The comments say what a key means, never what it says, so they stay true when it changes.
    """
    policy = default_policy()
    keys = iter(keys_of(policy))
    kept: list[str] = []
    section, explained = "", set()
    for line, is_key in toml_rows(policy.to_mapping()):
        header = _HEADER.match(line)
        meaning = next(keys).knob.meaning if is_key else ""
        if header:
            section = header[1]
            kept += [""] if section in kind.sections else []
        if section in kind.sections and line:
            if is_key and meaning not in explained:
                explained.add(meaning)
                kept.append(f"# {meaning}")
            kept.append(line)
    return kept
