"""What schools have of their own and what they need, as they say it."""
