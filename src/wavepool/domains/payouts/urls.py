"""Addresses of payouts."""

from __future__ import annotations

from django.urls import URLPattern

studio: list[URLPattern] = []
agency: list[URLPattern] = []
merchant: list[URLPattern] = []
staff: list[URLPattern] = []
