"""All partnerships of a city, a school or an organization at once: how they stand, what they add, and which next one would."""
