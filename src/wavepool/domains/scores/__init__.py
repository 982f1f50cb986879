"""What pieces and payees are worth: daily drafts and the factors behind them."""
