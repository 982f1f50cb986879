"""A payment provider that moves no money: the tester chooses what it answers."""
