"""What a city decides for itself: forms over its city.toml, with preview, history and the way back."""
