"""Deliveries that a school and a partner each told of: made one, or kept apart."""
