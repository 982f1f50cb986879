"""What of the outside world stands behind the domains' protocols; read once at start-up."""

from __future__ import annotations

from django.conf import settings

from wavepool.connectors.sandbox_payments import provider as sandbox
from wavepool.domains.orders import operations as orders

if settings.PAYMENTS == sandbox.NAME:
    folder = settings.DATA_DIR / "sandbox-payments"
    orders.use_provider(sandbox.SandboxProvider(folder))
