"""Delivering an issue: claim, hand over, settle; and what a dead process left (design.md 7, Deliver)."""
