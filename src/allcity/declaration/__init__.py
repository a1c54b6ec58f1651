"""The framework of the Declaration as data, which each city may change in its own `city.toml`."""

from allcity.declaration.framework import Framework, Text, Titled
from allcity.declaration.loader import City, CitySettings, apply_overrides, load_framework
from allcity.declaration.problems import CityFileError, Problem

__all__ = [
    "City",
    "CityFileError",
    "CitySettings",
    "Framework",
    "Problem",
    "Text",
    "Titled",
    "apply_overrides",
    "load_framework",
]
