"""Commitments: who does what until when, which figure it should move, and the city's plan of them."""
