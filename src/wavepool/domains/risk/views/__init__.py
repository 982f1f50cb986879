"""Pages of risk."""

from wavepool.domains.risk.views.staff import exposure, hold, holds
from wavepool.domains.risk.views.studio import studio_hold, studio_holds

__all__ = ["exposure", "hold", "holds", "studio_hold", "studio_holds"]
