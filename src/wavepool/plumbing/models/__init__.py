"""Rows of plumbing."""

from wavepool.plumbing.models.approvals import Approval
from wavepool.plumbing.models.audit import AuditHead, AuditRow
from wavepool.plumbing.models.idempotency import AnsweredCommand
from wavepool.plumbing.models.jobs import Job, JobSchedule
from wavepool.plumbing.models.keys import ApiKey
from wavepool.plumbing.models.notifications import Notification
from wavepool.plumbing.models.throttles import ThrottleCounter
from wavepool.plumbing.models.uploads import SafeUpload

__all__ = [
    "AnsweredCommand",
    "ApiKey",
    "Approval",
    "AuditHead",
    "AuditRow",
    "Job",
    "JobSchedule",
    "Notification",
    "SafeUpload",
    "ThrottleCounter",
]
