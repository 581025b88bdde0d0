"""Composing: whether a slot gets an issue, and who gets which rendering of it."""
