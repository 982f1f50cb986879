"""What payouts put into a household: a batch with a failed payout, its file, a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavepool.domains.payouts.models import (
    Batch,
    Payout,
    PayoutAccount,
    ReportLine,
    Resolution,
    ResultFile,
)
from wavepool.domains.people import queries as people
from wavepool.domains.people.models import Payee
from worlds.belongings.of_scores import AT

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """A payout of each of the household's payees, one batch, and what staff know of it."""
    batch = Batch.objects.create(
        rail=f"rail-{word}", currency="CNY", cut_off_at=AT, made_name="machine", made_at=AT
    )
    payouts = {
        area: _payout(house, batch, area, line_no)
        for line_no, area in enumerate(("studio", "agency", "merchant"), start=1)
    }
    result = ResultFile.objects.create(
        batch=batch,
        name=f"{word}.csv",
        sha256="0" * 64,
        sealed=b"x",
        faults=[{"row": 1, "rule": "head", "value": "x"}],
        is_taken=False,
        taken_by="staff",
        taken_at=AT,
    )
    line = ReportLine.objects.create(
        rail=batch.rail,
        key=f"{word}_theirs",
        currency="CNY",
        amount_minor=1,
        state="paid",
        reported_at=AT,
    )
    resolution = Resolution.objects.create(
        payout=payouts["studio"],
        deed="paid",
        reason=f"{house.mark} was told by the bank",
        digest="0" * 64,
        author=house.accounts["merchant"],
        asked_at=AT,
    )
    house.values |= {
        "payout": payouts["studio"].public_id,
        "agency_payout": payouts["agency"].public_id,
        "shop_payout": payouts["merchant"].public_id,
        "payout_batch": batch.public_id,
        "result": result.public_id,
        "report_line_id": str(line.pk),
        "resolution": resolution.public_id,
    }


def _payout(house: Household, batch: Batch, area: str, line_no: int) -> Payout:
    payee = _payee(house, area)
    account = PayoutAccount.objects.create(
        payee=payee,
        currency="XTS",
        version=1,
        rail=batch.rail,
        name=f"{house.mark} holder",
        number_sealed="",
        number_last="0001",
        number_hash="0" * 64,
        set_name=f"{house.mark} owner",
        set_at=AT,
        usable_at=AT,
    )
    facts: dict[str, Any] = {"state": "failed", "why": f"{house.mark} account is closed"}
    return Payout.objects.create(
        batch=batch,
        line_no=line_no,
        payee=payee,
        account=account,
        currency="CNY",
        amount_minor=100,
        planned_at=AT,
        **facts,
    )


def _payee(house: Household, area: str) -> Payee:
    party = {"studio": "creator", "agency": "agency", "merchant": "shop"}[area]
    party_id = house.party_ids[party]
    found = people.find_payee(party=party, party_id=party_id, at=AT)
    if found is not None:
        return found
    assert party != "creator", "scores name the creator's payee"
    return Payee.objects.create(
        kind=party, name=f"{house.mark} {party}", created_at=AT, **{f"{party}_id": party_id}
    )
