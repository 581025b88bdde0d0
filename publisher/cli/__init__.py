"""The command line: one file per command; parses, calls a use case, shows what it returned."""
