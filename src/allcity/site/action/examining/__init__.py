"""A city examines itself, section by section: who is asked, what they say, and what the team makes of it."""
