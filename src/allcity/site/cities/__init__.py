"""Cities as tenants: their settings, their frame of areas and groups, the people who run them."""
