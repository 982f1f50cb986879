"""Settle a season: every period in order, each from the state of the one before."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool import __version__
from wavepool.engine import columns
from wavepool.engine.incentives import Programmes
from wavepool.engine.policy import PeriodRow, Policy, hours, periods, scene_table
from wavepool.engine.relations import Relations, open_relations
from wavepool.engine.seasons import books_stage, credit_stage, evidence_stage, settlement_stage
from wavepool.engine.seasons.manifest import write_manifest, write_statement_csv
from wavepool.engine.seasons.out_folder import (
    MANIFEST_FILE,
    POLICY_FILE,
    PROGRAMMES_FILE,
    PeriodFolder,
    claim_folder,
    file_sha256,
    write_bytes,
    write_json,
)
from wavepool.engine.seasons.plan import NothingToSettle, Plan, SeasonHasRejects, Settled
from wavepool.engine.seasons.run import DAY_MS, Run, Say, Turn
from wavepool.engine.seasons.touch_parts import part_touches

_FORMATS = "select distinct format from pieces"
_CHANNELS = "select channel_id from channels"


def settle_season(plan: Plan, *, say: Say) -> Settled:
    """Settle a season folder into `plan.out`.

    A run that was interrupted goes on after its last finished stage; a run on
    a finished folder checks it and changes nothing.

    Raises:
        SeasonHasRejects: rows were rejected and `allow_rejects` is off.
        NothingToSettle: no touch or line in the periods asked for.
        AnotherRunInFolder: `out` belongs to another input, policy or version.
        columns errors: a table or column is missing, unreadable or of a wrong type.
        BooksDoNotBalance: the proof of the books failed.
        NumberTooLarge: an amount left 64 bits; nothing wraps.
        DiskFull: the disk has no room; the run resumes when it has.
    """
    say("reading the season")
    identity = _identity(plan)
    claim_folder(plan.out, identity)
    write_bytes(plan.out / POLICY_FILE, plan.policy.to_toml().encode())
    write_json(plan.out / PROGRAMMES_FILE, programme_rows(plan.programmes))
    manifest = plan.out / MANIFEST_FILE
    scratch = plan.out / "scratch"
    if manifest.exists():
        shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed at its very end
        document = json.loads(manifest.read_text(encoding="utf-8"))
        return Settled(
            plan.out,
            tuple(document["periods"]),
            document["digest"],
            document["rejects"]["rows"],
            was_finished=True,
        )
    rel = open_relations(
        plan.engine, scratch=scratch, threads=plan.threads, memory_mb=plan.memory_mb
    )
    try:
        checked = check_season(rel, plan)
        if not checked.is_clean:
            rel.save("rejects", plan.out / "rejects.parquet", order_by="table_name, row_key, rule")
            if not plan.allow_rejects:
                raise SeasonHasRejects(checked.rejected, plan.out / "rejects.parquet")
        run = open_run(rel, plan, checked, say=say)
        done = _settle_periods(run, plan)
        say("writing the manifest")
        write_statement_csv(rel, plan.out, done)
        digest = write_manifest(
            rel, plan, identity=identity, periods=done, rejected=checked.rejected
        )
    finally:
        rel.close()
        shutil.rmtree(scratch, ignore_errors=True)
    return Settled(plan.out, tuple(done), digest, checked.rejected, was_finished=False)


def check_season(rel: Relations, plan: Plan) -> columns.Checked:
    """Load and judge the season's tables; registers the good rows and `rejects`."""
    loaded = columns.load_season(rel, plan.season, columns_map=plan.columns_map)
    return columns.check(rel, loaded, known=known_to(plan.policy))


def known_to(policy: Policy) -> columns.Known:
    """Tell the check which scenes and pools there are."""
    return columns.Known(
        scenes=tuple(scene.id for scene in policy.scenes),
        pools={pool.id: pool.currency for pool in policy.pools},
    )


def open_run(rel: Relations, plan: Plan, checked: columns.Checked, *, say: Say) -> Run:
    """Register the tables that all periods share, and list the periods.

    Raises:
        NothingToSettle: the season has neither touches nor lines.
    """
    rows = _season_periods(rel, plan)
    first, last = rows[0].starts_at - 40 * DAY_MS, rows[-1].ends_at - 1
    _put_hours(rel, plan.policy, first, last)
    channels = rel.fetch(_CHANNELS).column("channel_id").to_pylist()
    formats = rel.fetch(_FORMATS).column("format").to_pylist()
    numbers = {scene.id: number for number, scene in enumerate(plan.policy.scenes)}
    table = scene_table(plan.policy, channels, formats)
    channel_type = (
        rel.fetch("select channel_id from channels where 1 = 0").schema.field("channel_id").type
    )
    rel.put(
        "scene_map",
        pa.table(
            {
                "channel_id": pa.array([row.channel_id for row in table], channel_type),
                "format": pa.array([row.format for row in table], pa.string()),
                "scene_no": pa.array([numbers[row.scene_id] for row in table], pa.int64()),
            }
        ),
    )
    _put_codes(rel)
    return Run(
        rel=rel,
        policy=plan.policy,
        programmes=plan.programmes,
        parts=part_touches(rel, plan.season, checked),
        periods=rows,
        say=say,
        is_looking_for_rings=plan.is_looking_for_rings,
    )


def _put_codes(rel: Relations) -> None:
    """Number the texts that touches carry: slot_codes, tier_codes, format_codes, scene_codes."""
    texts = {
        "slot": "select distinct coalesce(t.slot, '') as slot from touches as t",
        "tier": "select 'all' as tier union select distinct coalesce(v.tier, 'all') as tier "
        "from viewers as v",
        "format": _FORMATS,
    }
    for name, distinct in texts.items():
        rel.table(
            f"{name}_codes",
            f"select row_number() over (order by d.{name}) - 1 as {name}_no, d.{name} as {name} "
            f"from ({distinct}) as d",
        )
    rel.table(
        "scene_codes",
        "select m.channel_id as channel_id, f.format_no as format_no, m.scene_no as scene_no "
        "from scene_map as m join format_codes as f on f.format = m.format",
    )


def _season_periods(rel: Relations, plan: Plan) -> list[PeriodRow]:
    hold = max(plan.policy.settlement.hold_days)
    span = rel.fetch(
        "select min(x.first_at) as first_at, max(x.last_at) as last_at from ("
        "select min(touched_at) as first_at, max(touched_at) as last_at from touches union all "
        "select min(paid_at) as first_at, max(paid_at) as last_at from order_lines union all "
        f"select min(paid_at) as first_at, max(received_at) + {hold * DAY_MS} as last_at "
        "from order_lines where received_at is not null union all "
        # A month in which nothing but money goes back is a month too.
        "select min(l.paid_at) as first_at, max(r.refunded_at) as last_at "
        "from refunds as r join order_lines as l on l.line_id = r.line_id) as x"
    ).to_pylist()[0]
    if span["first_at"] is None:
        raise NothingToSettle("the season has no touches and no order lines")
    return list(periods(plan.policy, int(span["first_at"]), int(span["last_at"])))


def _put_hours(rel: Relations, policy: Policy, first_ms: int, last_ms: int) -> None:
    rows = hours(policy, first_ms, last_ms)
    rel.put(
        "hours_given",
        pa.table(
            {
                "quarter": pa.array([row.quarter for row in rows], pa.int64()),
                "day": pa.array([row.day for row in rows], pa.int64()),
                "band": pa.array([row.band for row in rows], pa.int64()),
            }
        ),
    )
    # A table of the engine's own has statistics, so that its joins need no hashing.
    rel.table("hours", "select * from hours_given")


def _settle_periods(run: Run, plan: Plan) -> list[str]:
    opening = None if plan.opening is None else latest_state(plan.opening, before=plan.period)
    done: list[str] = []
    wanted = [row for row in run.periods if plan.period is None or row.period == plan.period]
    if opening is not None:
        wanted = [row for row in wanted if row.period > opening.parent.name]
    if not wanted:
        raise NothingToSettle(
            f"no touch, order line or refund is of {plan.period or 'the open periods'}"
        )
    for row in wanted:
        folder = PeriodFolder(plan.out / row.period)
        turn = Turn(run=run, row=row, folder=folder, opening=opening)
        settle_turn(turn)
        done.append(row.period)
        opening = folder.path / "state"
    return done


_STAGES: tuple[tuple[str, Callable[[Turn], None], tuple[str, ...]], ...] = (
    (credit_stage.STAGE, credit_stage.credit_period, ("credits", "line_touches", "shares")),
    (evidence_stage.STAGE, evidence_stage.weigh_period, ("piece_sums", "fan_days")),
    (
        settlement_stage.STAGE,
        settlement_stage.settle_period,
        ("settling", "settling_shares", "reversals", "piece_values", "payee_evidence"),
    ),
    (books_stage.STAGE, books_stage.keep_books, ()),
)
_STATE_FOR_BOOKS = ("settled", "settled_shares", "counters")


def settle_turn(turn: Turn) -> None:
    """Run the stages of one period that are not finished yet."""
    credit_stage.put_scenes(turn)
    evidence_stage.put_saturation(turn)
    for stage, act, results in _STAGES:
        if not turn.folder.stage_is_done(stage):
            act(turn)
            turn.folder.end_stage(stage, turn.saved[stage])
        for name in results:
            turn.folder.scan(turn.rel, name)
        if stage == settlement_stage.STAGE:
            for name in _STATE_FOR_BOOKS:
                turn.folder.scan(turn.rel, f"state/{name}", relation=name)


def latest_state(out: Path, *, before: str | None) -> Path:
    """Find the state folder of an earlier settlement's last period before `before`.

    Raises:
        NothingToSettle: the folder holds no finished period before it.
    """
    states = sorted(
        path.parent / "state"
        for path in out.glob("*/stage-books.json")
        if before is None or path.parent.name < before
    )
    if not states:
        raise NothingToSettle(f"{out} holds no settled period to open from")
    return states[-1]


def _identity(plan: Plan) -> dict[str, Any]:
    programmes = hashlib.sha256(
        json.dumps(programme_rows(plan.programmes), sort_keys=True).encode()
    ).hexdigest()
    return {
        "engine_version": __version__,
        "input": input_digest(plan.season),
        "policy": {
            "id": plan.policy.id,
            "version": plan.policy.version,
            "digest": plan.policy.digest,
        },
        "programmes": programmes,
        "columns_map": None
        if plan.columns_map is None
        else hashlib.sha256(repr(plan.columns_map).encode()).hexdigest(),
        "period": plan.period,
        "opening": None if plan.opening is None else file_sha256(plan.opening / MANIFEST_FILE),
        "rings": plan.is_looking_for_rings,
        "allow_rejects": plan.allow_rejects,
    }


def programme_rows(programmes: Sequence[Programmes]) -> list[dict[str, Any]]:
    """Programme documents as plain data, for the folder and for the run's identity."""
    text = json.dumps([asdict(document) for document in programmes], default=str)
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def input_digest(season: Path) -> str:
    """Digest of the season's files: names and bytes; truth tables do not count."""
    digest = hashlib.sha256()
    for path in sorted(season.rglob("*")):
        relative = path.relative_to(season)
        if path.is_file() and relative.parts[0] != "truth":
            digest.update(f"{relative.as_posix()}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()
