"""City spotlights: what a city did, with figures that are dated and defined."""
