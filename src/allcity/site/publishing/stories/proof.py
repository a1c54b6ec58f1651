"""A little work that a browser does before a form is sent, so that programs send few of them. No third party is asked.

The browser looks for a number which, put behind the challenge, has a SHA-256 hash that begins with some zero bits (Back
2002, *Hashcash*). Without scripts nobody does it: such forms are taken too, but fewer from one connection.
"""

from hashlib import sha256
from secrets import token_urlsafe

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner

BITS = 14
"""A phone takes about a second for the 16,000 hashes that this takes on average."""
HOLDS = 3 * 60 * 60
_signer = TimestampSigner(salt="allcity.stories.proof")


def challenge() -> str:
    """What the work is done on: it holds for three hours, and once."""
    return _signer.sign(token_urlsafe(12))


def is_done(asked: str, number: str) -> bool:
    """Whether somebody did the work for a challenge of ours, and nobody sent it before."""
    try:
        _signer.unsign(asked, max_age=HOLDS)
    except BadSignature:
        return False
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        return False
    found = int.from_bytes(sha256(f"{asked}:{number}".encode()).digest()[:4], "big")
    return found >> (32 - BITS) == 0 and cache.add(f"story-proof:{asked}", 1, HOLDS)
