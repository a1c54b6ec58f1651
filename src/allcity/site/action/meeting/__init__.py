"""The day of a planning session and after: who is there, notes, decisions, minutes."""
