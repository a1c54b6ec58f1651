"""Offers and requests: either side asks the other, answers are due by a day, and nothing is lost in silence."""
