"""The site: the Django project, and its features in the order in which they may import one another."""
