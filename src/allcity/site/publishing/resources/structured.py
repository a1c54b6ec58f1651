"""What search engines are told of resources, in the terms of schema.org."""

import json

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from allcity.site.publishing.resources.words import Shown

_MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def creative_work(shown: Shown) -> SafeString:
    """A resource as a work that others made, with what we say of it. No browser executes it, and nothing in it can end it."""
    row = shown.row
    values = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": shown.said.title,
        "abstract": shown.said.summary,
        "url": row.url or settings.SITE_ADDRESS + shown.url,
        "mainEntityOfPage": settings.SITE_ADDRESS + shown.url,
        "inLanguage": row.language,
        "datePublished": str(row.year) if row.year else "",
        "license": row.licence,
        "publisher": {"@type": "Organization", "name": row.publisher} if row.publisher else None,
    }
    told = {name: value for name, value in values.items() if value}
    text = json.dumps(told, ensure_ascii=False).translate(_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
