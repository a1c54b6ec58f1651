"""The people of a city: their roles, those who are asked in, and those who ask to be let in."""
