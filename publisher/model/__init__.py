"""Frozen values, ids and states: what every layer may know."""
