"""Stories that people tell of music in their city: sent in without an account, looked at, published, changed and withdrawn."""
