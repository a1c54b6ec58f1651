"""What is due in partnerships, month by month."""
