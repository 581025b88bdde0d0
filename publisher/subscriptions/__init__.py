"""People: addresses, subscribing, leaving, and lists of them as CSV."""
