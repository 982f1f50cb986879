import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.integrity.markets import Market, make_credits, ring_buyers

PEER = Path(__file__).resolve().parents[3] / "benchmarks" / "peers" / "fraudar.py"


@pytest.fixture(scope="module")
def fraudar() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fraudar_peer", PEER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestFraudarPeer:
    def test_finds_a_block_that_stands_alone(self, fraudar: ModuleType) -> None:
        block = [(buyer, payee) for buyer in range(8) for payee in range(100, 106)]
        noise = [(buyer, 200 + buyer) for buyer in range(20, 60)]
        edges = np.array(block + noise, dtype=np.int64)
        assert fraudar.flag_buyers(edges[:, 0], edges[:, 1]).tolist() == list(range(8))

    def test_takes_honest_heavy_buyers_for_a_ring_that_brushes_ten_orders_each(
        self, fraudar: ModuleType
    ) -> None:
        market = Market(seed=3, ring=50, honest=1_500, honest_orders=9_000)
        bought = make_credits(market)
        columns = (bought[name].to_numpy() for name in ("buyer_id", "payee_id"))
        seen = set(fraudar.flag_buyers(*columns).tolist())
        truth = ring_buyers(market)
        hits = len(seen & truth)
        # The lockstep test reaches precision .98 and F1 .80 on this very market.
        assert 100 * hits < 60 * len(seen)
