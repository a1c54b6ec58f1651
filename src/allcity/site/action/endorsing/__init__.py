"""Endorsing the Declaration, and sharing it."""
