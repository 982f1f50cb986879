"""From one statement line down to its receipt, its order and its touches."""

from wavepool.engine.seasons.explaining.explain import Explanation, explain_line
from wavepool.engine.seasons.explaining.settlement import LineNotFound, NotASettlement

__all__ = ["Explanation", "LineNotFound", "NotASettlement", "explain_line"]
