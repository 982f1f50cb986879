"""API keys: made, shown once, rotated, revoked; never stored.

A key reads `wp_live_` or `wp_test_`, then 256 bits of chance and a checksum in
base 62. The checksum lets secret scanners and our own door turn away what
cannot be a key without asking the database. The store keeps an HMAC under the
site's secret key, so a stolen database opens no door.
"""

from wavepool.plumbing.keys.operations import (
    KeyMissing,
    NewKey,
    ScopeUnknown,
    find_open_key,
    list_keys,
    make_key,
    note_use,
    revoke_key,
    rotate_key,
)
from wavepool.plumbing.keys.scopes import register_scope, scopes
from wavepool.plumbing.keys.token import draw_token, is_well_formed, token_digests

__all__ = [
    "KeyMissing",
    "NewKey",
    "ScopeUnknown",
    "draw_token",
    "find_open_key",
    "is_well_formed",
    "list_keys",
    "make_key",
    "note_use",
    "register_scope",
    "revoke_key",
    "rotate_key",
    "scopes",
    "token_digests",
]
