"""The library of resources: guides, toolkits, policies, research and templates, for all cities and of each city's own."""
