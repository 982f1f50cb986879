"""What one key of a policy document is: its unit, range, meaning and source.

Every key of the dataclasses in `sections` carries one `Knob`. The linter reads the range from it, the
reference table and the annotated document read the words, so a key is described in one place.
"""

from dataclasses import dataclass

MILLION = 1_000_000
TENTHS = 10

OURS = "ours"
ANNOUNCED_2017 = "2017 fee announcement, as reposted"
NOTICE_2022 = "2022 fee notice of the matching engine, as reposted"
DOUYIN = "technical fee of the Douyin alliance"
DUB = "expiry of an unreviewed hold at Dub"
KUAISHOU = "waiting times published by Kuaishou"
LIVE_BOARD = "after-live window of Taobao Live's data board"
TIKTOK = "rate lock of TikTok Shop"


@dataclass(frozen=True, slots=True)
class Knob:
    """One key: unit, meaning in plain words, where the default comes from, closed range."""

    unit: str
    meaning: str
    source: str = OURS
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()

    def range_text(self) -> str:
        """Say the range in words for the reference table; empty when anything goes.

        >>> Knob("days", "window", least=1, most=366).range_text()
        '1 to 366'
        """
        if self.choices:
            return ", ".join(self.choices)
        if self.least is None or self.most is None:
            return ""
        return f"{self.least} to {self.most}"
