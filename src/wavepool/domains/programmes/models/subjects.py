"""Whom a row of a programme is about: a creator, an agency, or an agency and its anchor."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class OfSubject(models.Model):
    """A right of a programme and who has to do with it.

    Attributes:
        programme_id: the programme in its document.
        once_key: the right, as the engine names it.
        creator: who claims; of an agency's row, the anchor, or nobody where it is about all.
        agency: who claims for the anchor; empty where the creator claims.
    """

    programme_id = models.CharField(max_length=60)
    once_key = models.CharField(max_length=120)
    creator = models.ForeignKey(
        "people.Creator", models.PROTECT, null=True, related_name="+", db_index=False
    )
    agency = models.ForeignKey(
        "people.Agency", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract: ClassVar = True

    @property
    def subject_kind(self) -> str:
        """Who claims: "creator" or "agency"."""
        return "creator" if self.agency_id is None else "agency"
