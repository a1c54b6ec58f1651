"""The program finder: programs that fit a student, near a place, in words that people use."""
