"""A payee beside peers of the same slot, and what one more viewer would bring."""

from __future__ import annotations

from dataclasses import asdict

from wavepool.engine import sharing
from wavepool.engine.receipts import StatementLine
from wavepool.engine.seasons.explaining.settlement import Row, Settlement

PPM = 1_000_000


def compare_with_peers(settlement: Settlement, line: StatementLine) -> list[Row]:
    """Quality per viewer by scene and slot, the payee's own and that of all there.

    Display only: rates shrink towards the peers' by the policy's number of
    viewers, pay never does. Columns: scene_id, slot, viewers, own_ppm,
    peers_ppm; slots with more of the payee's viewers first.
    """
    own = settlement.rows(line.period, "slot_sums", "payee_id = ?", line.payee_id)
    pull_micro = settlement.policy.value.display.shrink_viewers * PPM
    everyone = {
        (row["scene_no"], row["slot"]): row
        for row in settlement.sums(
            line.period,
            "slot_sums",
            by=("scene_no", "slot"),
            of=("viewers_micro", "quality_micro"),
        )
    }
    rows = []
    for row in own:
        usual = everyone[row["scene_no"], row["slot"]]
        viewers, quality = int(usual["viewers_micro"]), int(usual["quality_micro"])
        if viewers == 0:
            continue
        peers_ppm = quality * PPM // viewers
        pulled = row["quality_micro"] * PPM + peers_ppm * pull_micro
        rows.append(
            {
                "scene_id": settlement.policy.scenes[row["scene_no"]].id,
                "slot": row["slot"],
                "viewers": row["viewers_micro"] // PPM,
                "own_ppm": pulled // (row["viewers_micro"] + pull_micro) if pull_micro else 0,
                "peers_ppm": peers_ppm,
            }
        )
    return sorted(rows, key=lambda each: (-each["viewers"], each["scene_id"], each["slot"]))


def find_improvements(settlement: Settlement, line: StatementLine) -> list[Row]:
    """What one more full viewer of each dimension would add to the share, by scene; best first.

    Columns: scene_id, dimension, gain_micro. Everything else is held as it is.
    """
    share = settlement.rows(
        line.period, "pool_shares", "payee_id = ? and pool_id = ?", line.payee_id, line.ref_id
    )[0]
    account = settlement.rows(line.period, "pool_accounts", "pool_id = ?", line.ref_id)[0]
    standing = sharing.PoolStanding(
        distributable_micro=account["distributable_micro"],
        payee_value=share["value"],
        value_total=account["value_total"],
    )
    value = settlement.policy.value
    tenths = (value.quality_tenths, value.experience_tenths, value.commerce_tenths)
    scenes = {scene.id: scene for scene in settlement.policy.scenes if scene.pool == line.ref_id}
    rows = []
    for row in settlement.rows(line.period, "payee_scenes", "payee_id = ?", line.payee_id):
        if row["scene_id"] not in scenes:
            continue
        gain = sharing.marginal_gain(
            sharing.SceneSums(row["quality_micro"], row["experience_micro"], row["commerce_micro"]),
            standing=standing,
            weight_ppm=scenes[row["scene_id"]].weight_ppm,
            tenths=tenths,
            unit_micro=PPM,
        )
        for dimension, micro in asdict(gain).items():
            rows.append(
                {
                    "scene_id": row["scene_id"],
                    "dimension": dimension.removesuffix("_micro"),
                    "gain_micro": micro,
                }
            )
    return sorted(rows, key=lambda each: (-each["gain_micro"], each["scene_id"], each["dimension"]))
