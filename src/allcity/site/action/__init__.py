"""Acting on what a city finds: examining itself, meeting, deciding, keeping promises, and telling others."""
