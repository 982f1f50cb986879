"""Pieces of content: versions, scenes and their admission, series, quality, disclosure."""
