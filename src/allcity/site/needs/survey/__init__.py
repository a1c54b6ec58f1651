"""The yearly survey of schools: what they have, what they need, and who was asked to help with which question."""
