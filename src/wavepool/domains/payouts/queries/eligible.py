"""What a payee may be paid: the one function of statements, asked on every path."""

from wavepool.domains.statements.queries import Eligibility, Reason, eligibilities, eligibility

__all__ = ["Eligibility", "Reason", "eligibilities", "eligibility"]
