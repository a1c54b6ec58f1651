"""Allcity: see a city's music ecosystem, find the students it does not reach, show what each partnership adds."""

__version__ = "0.1.0"
