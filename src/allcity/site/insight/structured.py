"""What search engines are told of organizations and programs, in the terms of schema.org."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from allcity.reports.html import web_address
from allcity.site.cities.models import City
from allcity.site.directory.models import Location, Offering, Organization, Program
from allcity.site.directory.words import DAYS

_DAYS = tuple(DAYS)
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def organization(record: Organization, places: Iterable[Location], city: City, *, url: str) -> SafeString:
    """An organization with the places where it works."""
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "Organization",
            "name": record.name,
            "url": web_address(record.website) or url,
            "mainEntityOfPage": url,
            "description": record.description,
            "areaServed": city.display_name(),
            "location": [_place(place) for place in places],
        }
    )


def program(record: Program, offerings: Iterable[Offering], city: City, *, url: str) -> SafeString:
    """A program as a course whose instances are its offerings."""
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "name": record.name,
            "url": url,
            "description": record.description or record.name,
            "provider": {"@type": "Organization", "name": record.organization.name},
            "areaServed": city.display_name(),
            "hasCourseInstance": [_instance(offering, city) for offering in offerings],
        }
    )


def _instance(offering: Offering, city: City) -> dict[str, Any]:
    free = offering.maximum_fee == 0
    schedule = {
        "@type": "Schedule",
        "startDate": offering.start_date.isoformat(),
        "endDate": offering.end_date.isoformat(),
        "byDay": [f"https://schema.org/{_WEEK[_DAYS.index(day)]}" for day in offering.days if day in _DAYS],
        "startTime": offering.start_time.isoformat("minutes") if offering.start_time else None,
        "endTime": offering.end_time.isoformat("minutes") if offering.end_time else None,
        "scheduleTimezone": city.settings.city.time_zone,
    }
    return _told(
        {
            "@type": "CourseInstance",
            "courseMode": "Online" if offering.mode == Offering.Mode.ONLINE else "Onsite",
            "startDate": offering.start_date.isoformat(),
            "endDate": offering.end_date.isoformat(),
            "location": _place(offering.location) if offering.location else None,
            "inLanguage": offering.languages,
            "isAccessibleForFree": True if free else None,
            "typicalAgeRange": _age_range(offering),
            "maximumAttendeeCapacity": offering.seats,
            "courseSchedule": _told(schedule),
        }
    )


def _age_range(offering: Offering) -> str | None:
    low, high = offering.minimum_age, offering.maximum_age
    if low is None and high is None:
        return None
    return "-".join("" if end is None else f"{end:g}" for end in (low, high))


def _place(place: Location) -> dict[str, Any]:
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return _told({"@type": "Place", "name": place.name, "address": place.address, "geo": point})


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody has said."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _script(values: dict[str, Any]) -> SafeString:
    """A block of data that no browser executes. Nothing in it can end the block."""
    text = json.dumps(_told(values), ensure_ascii=False).translate(_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
