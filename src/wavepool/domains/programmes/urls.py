"""Addresses of programmes."""

from __future__ import annotations

from django.urls import URLPattern

studio: list[URLPattern] = []
agency: list[URLPattern] = []
staff: list[URLPattern] = []
