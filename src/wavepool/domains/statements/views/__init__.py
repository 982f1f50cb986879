"""Views of statements."""

from wavepool.domains.statements.views import documents, objections, why

__all__ = ["documents", "objections", "why"]
