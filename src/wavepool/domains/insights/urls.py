"""Addresses of insights."""

from __future__ import annotations

from django.urls import path

from wavepool.domains.insights.views import (
    board,
    closing,
    dictionary,
    growth,
    home,
    impact,
    settlement,
    spend,
)
from wavepool.plumbing.lists import list_paths

public = [
    path("", home.home, name="home"),
    path("impact/", impact.public_impact, name="insights.public_impact"),
    path("metrics-dictionary/", dictionary.dictionary, name="insights.dictionary"),
    path("metrics-dictionary/<slug:metric>/", dictionary.metric, name="insights.metric"),
]
merchant = [
    path("spend/", spend.merchant_spend, name="insights.spend"),
]
agency = [
    *list_paths("settlement", settlement.agency_settlement, name="insights.agency_settlement"),
]
staff = [
    path("board/", board.board, name="insights.board"),
    path("board/paths/", board.paths, name="insights.paths"),
    *list_paths("growth", growth.growth, name="insights.growth"),
    *list_paths("impact", impact.impact, name="insights.impact"),
    path("close/", closing.month_close, name="insights.month_close"),
    *list_paths("settlement", settlement.staff_settlement, name="insights.staff_settlement"),
]
