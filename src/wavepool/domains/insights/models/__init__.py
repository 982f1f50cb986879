"""Rows of insights."""

from wavepool.domains.insights.models.boards import BoardDay, BoardFigure, CreatorDay

__all__ = ["BoardDay", "BoardFigure", "CreatorDay"]
