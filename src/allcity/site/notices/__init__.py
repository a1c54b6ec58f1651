"""What is due and what changed: reminders, digests and everybody's own list of work."""
