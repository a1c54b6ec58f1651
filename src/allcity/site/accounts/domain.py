"""What is written of accounts."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from allcity.site.accounts import mail, personal_data
from allcity.site.accounts.models import StoppedAddress, User
from allcity.site.accounts.queries import is_stopped, own_addresses

STOP_LISTENERS: list[Callable[[StoppedAddress], None]] = []
"""Called with every address to which mail is stopped, inside the transaction."""


def complete_sign_up(*, user: User, language: str) -> User:
    """Record the language that a new person chose, and that they said to be 13 or older."""
    user.language = language
    user.old_enough = timezone.now()
    user.save(update_fields=["language", "old_enough"])
    return user


def change_profile(*, user: User, first_name: str, last_name: str, language: str) -> User:
    """Change what a person is called, and the language in which mail reaches them."""
    user.first_name, user.last_name, user.language = first_name, last_name, language
    user.save(update_fields=["first_name", "last_name", "language"])
    return user


def end_sessions(*, user: User) -> User:
    """Sign the person out wherever they are signed in."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Have every feature erase what it keeps of the person, say so by mail, and remove the account.

    Raises:
        HinderedError: from a feature's eraser, saying what the person must do first. Nothing is then erased.
    """
    address, language, is_reached = user.email, user.language, not is_stopped(user.email)
    for erase in personal_data.erasers():
        erase(user)
    if is_reached:
        mail.send("account/email/account_deleted", to=address, language=language)


def erase_account(user: User) -> None:
    """Remove the account with its mail addresses and keys. Histories keep what was changed, and no name."""
    StoppedAddress.objects.filter(email__in=own_addresses(user)).delete()
    user.delete()


# --- Addresses that mail comes back from ---


@transaction.atomic
def stop_address(*, email: str, reason: StoppedAddress.Reason) -> StoppedAddress:
    """Send no more mail to an address. It may be reported many times; those who are told are told once."""
    stopped, is_new = StoppedAddress.objects.get_or_create(email=email.strip().lower(), defaults={"reason": reason})
    if is_new:
        for hear in STOP_LISTENERS:
            hear(stopped)
    elif reason == StoppedAddress.Reason.COMPLAINED != stopped.reason:
        stopped.reason = reason
        stopped.save(update_fields=["reason"])
    return stopped


def lift_stop(*, email: str) -> bool:
    """Send mail to an address again of which its reader has shown that it works. Whether mail to it was stopped.

    Whoever reported our mail as unwanted gets none before they say that they want it.
    """
    came_back = StoppedAddress.objects.filter(email=email.strip().lower(), reason=StoppedAddress.Reason.BOUNCED)
    return bool(came_back.delete()[0])


@transaction.atomic
def try_again(*, user: User) -> bool:
    """Send mail to the person's main address again, beginning with one that says so: if it comes back, all stops again."""
    lifted, _rows = StoppedAddress.objects.filter(email=user.email.lower()).delete()
    if lifted:
        mail.send("accounts/mail/reached", to=user.email, language=user.language, person=user.first_name)
    return bool(lifted)
