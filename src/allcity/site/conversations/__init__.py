"""Conversations: threads about anything in a city, and the one queue in which what people write is moderated."""
