"""From a proposal that both sides agree to, to an agreement that all have signed, and to the end of a partnership."""
