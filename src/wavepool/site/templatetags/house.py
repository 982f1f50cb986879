"""Tags and filters of every template: money, rates, numbers, times, badges, icons."""

from __future__ import annotations

from django import template

register = template.Library()
