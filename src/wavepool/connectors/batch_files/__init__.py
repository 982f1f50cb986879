"""Payouts by a file that staff take to the bank, and its result file; Alipay-like."""
