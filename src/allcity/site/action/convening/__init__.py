"""Planning sessions: from a purpose to a date, to people, to minutes and decisions."""
