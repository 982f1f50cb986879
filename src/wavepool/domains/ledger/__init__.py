"""Double entry: accounts, transfers, and the only door to money."""
