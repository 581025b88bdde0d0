"""Composing: whether a slot gets an issue, and the check of one before it is stored."""
