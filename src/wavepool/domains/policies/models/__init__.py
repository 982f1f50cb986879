"""Rows of policies."""

from wavepool.domains.policies.models.versions import PolicyEdit, PolicyVersion

__all__ = ["PolicyEdit", "PolicyVersion"]
