"""Who could answer which need: what was found is kept, and told to either side in words."""
