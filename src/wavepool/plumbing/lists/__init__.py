"""Lists that people read: filters and sort in the query string, cursor pages, exports."""

from wavepool.plumbing.lists.columns import Cell, Choice, Column, Filter, Row
from wavepool.plumbing.lists.cursors import BadCursor
from wavepool.plumbing.lists.page import ListPage, read_list
from wavepool.plumbing.lists.respond import list_paths, respond

__all__ = [
    "BadCursor",
    "Cell",
    "Choice",
    "Column",
    "Filter",
    "ListPage",
    "Row",
    "list_paths",
    "read_list",
    "respond",
]
