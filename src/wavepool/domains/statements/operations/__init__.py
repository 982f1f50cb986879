"""Writes of statements: months come in, are reconciled, approved, posted and issued."""
