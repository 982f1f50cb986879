"""Values that people pick from, in their words."""

from __future__ import annotations

from django.utils.functional import Promise

from wavepool.domains.catalog.models import ImportBatch, Item, Permit, PermitKind, PlanKind

Choices = list[tuple[str, str | Promise]]


def item_state_choices() -> Choices:
    """States of an item."""
    return [(each.value, each.label) for each in Item.State]


def permit_kind_choices() -> Choices:
    """Kinds of permits."""
    return [(each.value, each.label) for each in PermitKind]


def permit_state_choices() -> Choices:
    """States of a permit."""
    return [(each.value, each.label) for each in Permit.State]


def plan_kind_choices() -> Choices:
    """Kinds of plans, in the order in which they win."""
    return [(each.value, each.label) for each in PlanKind]


def import_subject_choices() -> Choices:
    """What a file may hold."""
    return [(each.value, each.label) for each in ImportBatch.Subject]
