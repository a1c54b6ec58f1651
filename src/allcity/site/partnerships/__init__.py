"""Partnerships, what was agreed in them, what was delivered, and how each side sees it."""
