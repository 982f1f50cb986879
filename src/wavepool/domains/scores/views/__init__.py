"""Pages of scores."""

from wavepool.domains.scores.views.staff import staff_scores
from wavepool.domains.scores.views.studio import studio_scores

__all__ = ["staff_scores", "studio_scores"]
