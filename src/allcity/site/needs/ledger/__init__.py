"""The need ledger: what is asked for, how far it is, and how much of it is met."""
