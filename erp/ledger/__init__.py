"""Ledger: what goods and claims are worth, in double entry that follows the facts."""
