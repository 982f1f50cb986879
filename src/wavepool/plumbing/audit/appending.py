"""Appending in one call of the store, where the store has functions of its own.

Every append takes turns on one row until its caller commits, so each round trip
in between is time in which nobody else appends. On PostgreSQL the whole append
is one call, which other functions in the store may make as well.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection

# The text that is digested is, byte for byte, the canonical JSON that `seal` digests.
CREATE: Final = """
CREATE FUNCTION audit_append(
    p_kind text, p_subject text, p_actor text, p_data text, p_at timestamptz,
    OUT place bigint, OUT before text, OUT seal text
) LANGUAGE plpgsql AS $$
DECLARE
    said text := '{"actor":' || to_json(p_actor) || ',"at":"'
        || to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00","data":'
        || to_json(p_data) || ',"kind":' || to_json(p_kind) || ',"number":';
BEGIN
    SELECT h.number + 1, h.digest INTO place, before
    FROM plumbing_audithead AS h WHERE h.id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO plumbing_audithead (id, number, digest) VALUES (1, 0, repeat('0', 64))
        ON CONFLICT (id) DO NOTHING;
        SELECT h.number + 1, h.digest INTO STRICT place, before
        FROM plumbing_audithead AS h WHERE h.id = 1 FOR UPDATE;
    END IF;
    said := said || place || ',"previous":' || to_json(before) || ',"subject":'
        || to_json(p_subject) || '}';
    seal := encode(sha256(convert_to(said, 'UTF8')), 'hex');
    UPDATE plumbing_audithead AS h SET number = place, digest = seal WHERE h.id = 1;
    INSERT INTO plumbing_auditrow (number, at, kind, subject, actor, data, previous, digest)
    VALUES (place, p_at, p_kind, p_subject, p_actor, p_data, before, seal);
END
$$
"""
DROP: Final = "DROP FUNCTION audit_append"
_CALL: Final = "SELECT place, before, seal FROM audit_append(%s, %s, %s, %s, %s)"


def append_in_store(
    *, kind: str, subject: str, actor: str, data: str, at: datetime
) -> tuple[int, str, str]:
    """Append a row by one statement; give its number, the digest before it, and its own."""
    with connection.cursor() as cursor:
        cursor.execute(_CALL, [kind, subject, actor, data, at])
        number, previous, digest = cursor.fetchone()
    return number, previous, digest
