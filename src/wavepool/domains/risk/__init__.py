"""Holds with cause, evidence, rule, amount and expiry; appeals; residual exposure."""
