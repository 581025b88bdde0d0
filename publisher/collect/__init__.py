"""Collecting: what a source gave becomes an article: new, changed, held or quarantined."""
