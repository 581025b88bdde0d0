"""Where articles come from: one adapter a kind, behind the port `Source`."""
