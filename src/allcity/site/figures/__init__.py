"""Stored examinations: figures are measured in the background and served from here to every page."""
