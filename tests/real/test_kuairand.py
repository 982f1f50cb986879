"""Published concentration of a short-video log's exposures, from its own histograms."""

from __future__ import annotations

import csv

import pytest

from shared_data import shared_file
from wavepool.engine.worlds import NothingExposed, measure_concentration


def histogram(log: str) -> list[tuple[int, int]]:
    name = f"27k_log_{log}_video_exposure_freq.csv"
    with shared_file("shortvideo_kuairand_aggregates", name).open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [(int(row["exposure_per_video"]), int(row["video_count"])) for row in rows]


class TestConcentration:
    @pytest.mark.parametrize(
        ("log", "gini", "hhi", "top_share"),
        [
            ("random", 0.0808095, 1.36997e-4, 0.0127009),
            ("standard", 0.827070, 1.37912e-6, 0.441106),
        ],
    )
    def test_of_the_log_is_the_published_one(
        self, log: str, *, gini: float, hhi: float, top_share: float
    ) -> None:
        found = measure_concentration(histogram(log))
        assert float(found.gini) == pytest.approx(gini, rel=1e-5)
        assert float(found.hhi) == pytest.approx(hhi, rel=1e-5)
        assert float(found.top_share) == pytest.approx(top_share, rel=1e-5)

    def test_does_not_depend_on_the_order_of_the_bins(self) -> None:
        bins = histogram("random")
        assert measure_concentration(reversed(bins)) == measure_concentration(bins)

    def test_needs_an_exposure(self) -> None:
        with pytest.raises(NothingExposed):
            measure_concentration([(0, 5)])
