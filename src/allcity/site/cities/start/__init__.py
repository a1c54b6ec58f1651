"""Starting a city, in small steps."""
