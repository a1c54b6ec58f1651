"""Records assembled to a city-year, measured in the background, and told."""
