"""What only the database itself can hold: entries as a view, rows that never change, one door.

The texts below are of this day; a later change of them is a later migration.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import migrations

ENTRIES = """
CREATE VIEW ledger_entry AS
SELECT t.id * 2 AS id, t.id AS transfer_id, t.batch_id AS batch_id, t.debit_id AS account_id,
    t.credit_id AS other_id, t.currency AS currency, 0 - t.amount_minor AS amount_minor,
    t.key AS key, t.kind AS kind, t.subject AS subject, t.period AS period,
    t.posted_at AS posted_at
FROM ledger_transfer AS t WHERE t.state = 'posted'
UNION ALL
SELECT t.id * 2 + 1 AS id, t.id AS transfer_id, t.batch_id AS batch_id, t.credit_id AS account_id,
    t.debit_id AS other_id, t.currency AS currency, t.amount_minor AS amount_minor,
    t.key AS key, t.kind AS kind, t.subject AS subject, t.period AS period,
    t.posted_at AS posted_at
FROM ledger_transfer AS t WHERE t.state = 'posted'
"""

# What a step of a pending transfer leaves as it was; everything else never changes at all.
KEPT = (
    "id", "batch_id", "key", "debit_id", "credit_id", "currency", "amount_minor", "kind",
    "subject", "made_at",
)  # fmt: skip
STEP = (
    "OLD.state = 'pending' AND NEW.state IN ('posted', 'voided') AND NEW.decided_by_id IS NOT NULL"
)
NAMED = ("id", "code", "owner_kind", "owner_id", "purpose", "currency", "may_go_negative")

# Table, name, what is refused, and the sentence; {same} is the store's word for "is not another".
RULES = (
    (
        "ledger_transfer",
        "changed",
        "UPDATE",
        "NOT (" + STEP + " AND " + " AND ".join(f"NEW.{each} = OLD.{each}" for each in KEPT)
        + " AND NEW.reverses_id IS {same} OLD.reverses_id)",
        "a transfer never changes",
    ),
    ("ledger_transfer", "deleted", "DELETE", "", "a transfer stays"),
    ("ledger_batch", "changed", "UPDATE", "", "a batch never changes"),
    ("ledger_batch", "deleted", "DELETE", "", "a batch stays"),
    ("ledger_closed_period", "changed", "UPDATE", "", "a closed period stays closed"),
    ("ledger_closed_period", "deleted", "DELETE", "", "a closed period stays closed"),
    (
        "ledger_account",
        "changed",
        "UPDATE",
        " OR ".join(f"NEW.{each} <> OLD.{each}" for each in NAMED),
        "an account keeps its name",
    ),
    ("ledger_account", "deleted", "DELETE", "", "an account stays"),
)  # fmt: skip

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""

# One call posts a few linked transfers and is all or nothing by itself: claim the key, hold the
# period open, lock the accounts in the order of their ids, write, move the balances, append to
# the audit trail. Each statement sees what was committed while the one before it waited. What is
# 'refused' leaves nothing behind, no lock either; the caller finds out why. A handful of rows is
# found by indexes whatever the statistics say, so its plans are made once for each connection.
POST = """
CREATE FUNCTION ledger_post(
    p_key text, p_digest text, p_period text, p_sums jsonb, p_actor text, p_at timestamptz,
    p_trail_actor text, p_trail_data text,
    p_keys text[], p_debits text[], p_credits text[], p_currencies text[], p_amounts bigint[],
    p_kinds text[], p_subjects text[], p_pending boolean[], p_reverses bigint[],
    OUT outcome text, OUT batch bigint, OUT transfers bigint[]
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    held bigint;
    moved bigint;
BEGIN
    INSERT INTO ledger_batch
        (key, kind, digest, period, transfer_count, sums_minor, actor, made_at)
    VALUES
        (p_key, 'post', p_digest, p_period, cardinality(p_keys), p_sums, p_actor, p_at)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO batch;
    IF batch IS NULL THEN
        outcome := 'known';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(1818584167, hashtext(p_period));
    IF EXISTS (SELECT FROM ledger_closed_period AS c WHERE c.name = p_period) THEN
        RAISE SQLSTATE 'LP001';
    END IF;
    PERFORM FROM ledger_account AS a WHERE a.code = ANY (p_debits || p_credits)
    ORDER BY a.id FOR NO KEY UPDATE;
    GET DIAGNOSTICS held = ROW_COUNT;
    WITH made AS (
        INSERT INTO ledger_transfer
            (batch_id, key, debit_id, credit_id, currency, amount_minor, state, kind, subject,
             period, made_at, posted_at, reverses_id)
        SELECT batch, t.key, d.id, c.id, t.currency, t.amount,
            CASE WHEN t.pending THEN 'pending' ELSE 'posted' END, t.kind, t.subject, p_period,
            p_at, CASE WHEN t.pending THEN NULL ELSE p_at END, t.reverses
        FROM unnest(p_keys, p_debits, p_credits, p_currencies, p_amounts, p_kinds, p_subjects,
            p_pending, p_reverses) WITH ORDINALITY
            AS t(key, debit, credit, currency, amount, kind, subject, pending, reverses, place)
        JOIN ledger_account AS d ON d.code = t.debit AND d.currency = t.currency
        JOIN ledger_account AS c ON c.code = t.credit AND c.currency = t.currency
        ORDER BY t.place
        RETURNING id
    )
    SELECT array_agg(m.id ORDER BY m.id) INTO transfers FROM made AS m;
    IF coalesce(cardinality(transfers), 0) <> cardinality(p_keys) THEN
        RAISE SQLSTATE 'LP001';
    END IF;
    WITH sides AS (
        SELECT t.debit AS code, CASE WHEN t.pending THEN 0 ELSE 0 - t.amount END AS delta,
            CASE WHEN t.pending THEN t.amount ELSE 0 END AS reserve
        FROM unnest(p_debits, p_amounts, p_pending) AS t(debit, amount, pending)
        UNION ALL
        SELECT t.credit, CASE WHEN t.pending THEN 0 ELSE t.amount END, 0
        FROM unnest(p_credits, p_amounts, p_pending) AS t(credit, amount, pending)
    ),
    wanted AS (
        SELECT s.code, CAST(sum(s.delta) AS bigint) AS delta, CAST(sum(s.reserve) AS bigint) AS reserve
        FROM sides AS s GROUP BY s.code
    )
    UPDATE ledger_account AS a
    SET balance_minor = a.balance_minor + w.delta,
        reserved_minor = a.reserved_minor + w.reserve
    FROM wanted AS w
    WHERE a.code = w.code
        AND (a.may_go_negative
             OR a.balance_minor + w.delta >= a.reserved_minor + w.reserve);
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> held THEN
        RAISE SQLSTATE 'LP001';
    END IF;
    PERFORM audit_append(
        'ledger.post', 'ledger_batch:' || batch, p_trail_actor, p_trail_data, p_at
    );
    outcome := 'posted';
EXCEPTION
    WHEN SQLSTATE 'LP001' OR integrity_constraint_violation OR data_exception THEN
        outcome := 'refused';
        batch := NULL;
        transfers := NULL;
END
$$
"""


def build(_apps: Any, schema_editor: Any) -> None:
    """Make the view, the triggers and, on PostgreSQL, the function that posts."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    run(ENTRIES)
    if vendor == "postgresql":
        run(REFUSE)
        run(POST)
        # Room on the page for the new version of a hot account's row.
        run("ALTER TABLE ledger_account SET (fillfactor = 60)")
    for table, name, event, condition, sentence in RULES:
        same = "NOT DISTINCT FROM" if vendor == "postgresql" else ""
        when = f"WHEN ({condition.format(same=same)})" if condition else ""
        head = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW {when}"
        if vendor == "postgresql" and event == "DELETE":
            run(
                f"CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
                f" EXECUTE FUNCTION ledger_refuse('{sentence}')"
            )
        if vendor == "postgresql":
            run(f"{head} EXECUTE FUNCTION ledger_refuse('{sentence}')")
        else:
            run(f"{head} BEGIN SELECT RAISE(ABORT, 'ledger: {sentence}'); END")


def unbuild(_apps: Any, schema_editor: Any) -> None:
    """Take all of it away again."""
    run, vendor = partial(schema_editor.execute, params=None), schema_editor.connection.vendor
    for table, name, event, *_rest in RULES:
        on = f" ON {table}" if vendor == "postgresql" else ""
        run(f"DROP TRIGGER {table}_{name}{on}")
        if vendor == "postgresql" and event == "DELETE":
            run(f"DROP TRIGGER {table}_emptied{on}")
    if vendor == "postgresql":
        run("ALTER TABLE ledger_account RESET (fillfactor)")
        run("DROP FUNCTION ledger_post")
        run("DROP FUNCTION ledger_refuse")
    run("DROP VIEW ledger_entry")


class Migration(migrations.Migration):
    """The view, the triggers, the function."""

    dependencies = [
        ("ledger", "0001_initial"),
        # `ledger_post` appends by `audit_append`.
        ("plumbing", "0003_audit_guards"),
    ]
    operations = [migrations.RunPython(build, unbuild)]
