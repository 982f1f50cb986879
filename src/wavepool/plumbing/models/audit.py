"""The audit trail: numbered rows, each sealed with the digest of the one before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditRow(models.Model):
    """One thing that somebody did. Never changed, never deleted: the store's triggers refuse.

    Attributes:
        number: 1, 2, 3 … without a gap.
        kind: dotted, "people.membership_granted".
        subject: public id or address of what it happened to.
        actor: canonical JSON of who did it: account, name, machine.
        data: canonical JSON of what a reader needs.
        previous: digest of the row before, 64 zeros for the first.
        digest: SHA-256 over `previous` and this row's canonical JSON.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=160)
    actor = models.TextField()
    data = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "number"], name="audit_subject"),
            models.Index(fields=["kind", "number"], name="audit_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="audit_number", condition=models.Q(number__gte=1))
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.subject}"


class AuditHead(models.Model):
    """The end of the trail: one row, whose lock makes appends take turns."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="audit_one_head", condition=models.Q(id=1))
        ]

    def __str__(self) -> str:
        return f"head at {self.number}"
