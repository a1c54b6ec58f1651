"""What the parties of a partnership read together at the end of a year, what each makes of it, and what they decide."""
