"""Pools, their periods and drafts; the fund of several years."""
