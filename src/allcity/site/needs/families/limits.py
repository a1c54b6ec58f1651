"""How often one address may answer one form. Addresses are kept as digests for an hour, with a salt that is forgotten daily."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

MOST_IN_AN_HOUR = 100
"""Schools send whole classes from one address."""
_HOUR = int(timedelta(hours=1).total_seconds())
_DAY = 24 * _HOUR


def is_too_often(request: HttpRequest, form: Model) -> bool:
    """Count that an address sends the form, and say whether it has done so too often within the hour."""
    today = timezone.now().date().isoformat()
    salt = cache.get_or_set(f"families-salt:{today}", lambda: secrets.token_hex(16), _DAY)
    address = get_adapter(request).get_client_ip(request)
    key = f"families:{hashlib.sha256(f'{salt} {address} {form._meta.label} {form.pk}'.encode()).hexdigest()}"
    cache.add(key, 0, _HOUR)
    try:
        return int(cache.incr(key)) > MOST_IN_AN_HOUR
    except ValueError:  # it ended just now
        return False
