"""Import and export: records as the tables of a city folder, and back."""
