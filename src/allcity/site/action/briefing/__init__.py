"""Briefs with a city's figures, for whoever decides."""
