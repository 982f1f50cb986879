"""Files that passed the upload gate."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SafeUpload(models.Model):
    """One file, written anew by the house where its kind allows it.

    Attributes:
        public_id: how addresses name it, "file_…".
        kind: "image", "document" or "table".
        name: the name that its sender gave it, cut and cleaned; for people only.
        path: where it lies under the uploads folder, at random.
        sha256: of the stored bytes.
        account_id: who sent it; party_kind and party_id name the workspace it belongs to.
        is_public: whether everybody may read it.
    """

    public_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=80)
    extension = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=80, unique=True)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    party_kind = models.CharField(max_length=20, blank=True)
    party_id = models.BigIntegerField(null=True)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["party_kind", "party_id"], name="upload_party")
        ]

    def __str__(self) -> str:
        return self.name
