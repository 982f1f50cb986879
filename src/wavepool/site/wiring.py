"""What of the outside world stands behind the domains' protocols; read once at start-up."""

from __future__ import annotations

from django.conf import settings

from wavepool.connectors.batch_files import rail as batch_files
from wavepool.connectors.sandbox_payments import provider as sandbox
from wavepool.connectors.sandbox_payouts import rail as sandbox_payouts
from wavepool.domains.orders import operations as orders
from wavepool.domains.payouts import operations as payouts

if settings.PAYMENTS == sandbox.NAME:
    folder = settings.DATA_DIR / "sandbox-payments"
    orders.use_provider(sandbox.SandboxProvider(folder))

rails: list[payouts.Rail] = []
if sandbox_payouts.NAME in settings.PAYOUT_RAILS:
    bank = settings.DATA_DIR / "sandbox-payouts"
    rails.append(sandbox_payouts.open_sandbox(folder=bank, address=settings.SANDBOX_PAYOUTS_URL))
if batch_files.NAME in settings.PAYOUT_RAILS:
    rails.append(batch_files.BatchFileRail())
payouts.use_rails(*rails)
