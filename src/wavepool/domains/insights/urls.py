"""Addresses of insights."""

from __future__ import annotations

from django.urls import URLPattern

public: list[URLPattern] = []
studio: list[URLPattern] = []
merchant: list[URLPattern] = []
agency: list[URLPattern] = []
staff: list[URLPattern] = []
