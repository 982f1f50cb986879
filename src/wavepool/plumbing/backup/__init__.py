"""One file that holds the whole store, taken while people work, and the way back from it."""

from wavepool.plumbing.backup.archive import BackupDamaged, BackupExists, Manifest, read_manifest
from wavepool.plumbing.backup.checks import register_check, run_checks
from wavepool.plumbing.backup.taking import (
    BackupTooNew,
    CheckFailed,
    StoreNotEmpty,
    back_up,
    restore,
)

__all__ = [
    "BackupDamaged",
    "BackupExists",
    "BackupTooNew",
    "CheckFailed",
    "Manifest",
    "StoreNotEmpty",
    "back_up",
    "read_manifest",
    "register_check",
    "restore",
    "run_checks",
]
