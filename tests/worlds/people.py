"""What tests of people make often: proposals and contracts in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from wavepool.domains.people import operations
from wavepool.domains.people.models import Agency, Contract, Creator

TERMS: Final[dict[str, Any]] = {
    "direct_ppm": 200_000,
    "pool_ppm": 300_000,
    "award_ppm": 0,
    "data_scope": ("profile", "content"),
    "may": ("view", "operate"),
}


def propose(
    world: Any,
    *,
    as_of: datetime,
    agency: Agency | None = None,
    creator: Creator | None = None,
    **terms: Any,
) -> Contract:
    """Chen proposes a contract; 20% of direct commission and 30% of pool awards unless told."""
    return operations.propose_contract(
        agency_id=(agency or world.agency).pk,
        creator_id=(creator or world.creator).pk,
        terms=operations.ContractTerms(**{**TERMS, **terms}),
        actor=world.actor("chen"),
        as_of=as_of,
    )


def in_force(world: Any, *, as_of: datetime, **terms: Any) -> Contract:
    """Ada agreed to what Chen proposed."""
    contract = propose(world, as_of=as_of, **terms)
    operations.agree_to_version(
        contract_id=contract.pk, number=1, side="creator", actor=world.actor("ada"), as_of=as_of
    )
    return contract
