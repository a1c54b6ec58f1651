"""People who sign in: who they are, how they sign in, what they may have kept of them."""
