"""Schools, organizations, programs, places and offerings, and who confirmed them when."""
