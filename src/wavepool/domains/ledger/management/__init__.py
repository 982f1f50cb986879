"""Commands of the ledger for the terminal."""
