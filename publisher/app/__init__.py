"""Use cases: one function each; the only layer that opens transactions, reads the clock and chooses adapters."""
