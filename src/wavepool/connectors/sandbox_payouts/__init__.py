"""A bank that moves no money: it pays as the account's last digits say, and lies when told to."""
