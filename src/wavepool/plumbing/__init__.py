"""No business nouns: errors, actors, jobs, audit trail, idempotency, pages of lists."""
