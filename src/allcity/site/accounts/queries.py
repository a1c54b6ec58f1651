"""What is read of accounts."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import translation

from allcity.site.accounts.models import StoppedAddress, User


def language_of(address: str) -> str:
    """The language of the person with that mail address; of the page being answered where there is none."""
    by_address = EmailAddress.objects.filter(email__iexact=address).values_list("user__language", flat=True)
    by_person = User.objects.filter(email__iexact=address).values_list("language", flat=True)
    return by_address.first() or by_person.first() or translation.get_language() or "en"


def stopped_among(addresses: Iterable[str]) -> dict[str, StoppedAddress]:
    """Those of these addresses to which no mail is sent any more, in small letters."""
    found = StoppedAddress.objects.filter(email__in={address.lower() for address in addresses})
    return {stopped.email: stopped for stopped in found}


def is_stopped(address: str) -> bool:
    """Whether no mail is sent to an address any more."""
    return bool(stopped_among([address]))


def stop_of(user: User) -> StoppedAddress | None:
    """What stopped mail to the person's main address, where something did."""
    return stopped_among([user.email]).get(user.email.lower())


def own_addresses(user: User) -> set[str]:
    """Each of the person's mail addresses, in small letters."""
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {address.lower() for address in (user.email, *addresses)}


def personal_data(user: User) -> dict[str, object]:
    """What this feature keeps of a person. Keys and codes are left out: whoever holds the file could sign in with them."""
    return {
        "mail": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language,
        "said_to_be_13_or_older": user.old_enough,
        "joined": user.date_joined,
        "last_signed_in": user.last_login,
        "mail_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "stopped_addresses": [
            {"email": stopped.email, "reason": stopped.reason, "stopped_at": stopped.stopped_at}
            for stopped in stopped_among(own_addresses(user)).values()
        ],
        "ways_to_sign_in": [
            {"kind": each.type, "name": str(each), "added": each.created_at, "last_used": each.last_used_at}
            for each in Authenticator.objects.filter(user=user)
        ],
        "single_sign_on": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "date_joined", "last_login", "extra_data")
        ),
    }
