"""The coordinator's view of needs: which answers are missing and what they cost, what nobody can answer, whom to call."""
