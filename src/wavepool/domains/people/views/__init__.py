"""Pages of people."""

from wavepool.domains.people.views import (
    becoming,
    claims,
    contracts,
    decisions,
    directory,
    homes,
    identity,
    imports,
    introductions,
    public,
    teams,
)

__all__ = [
    "becoming",
    "claims",
    "contracts",
    "decisions",
    "directory",
    "homes",
    "identity",
    "imports",
    "introductions",
    "public",
    "teams",
]
