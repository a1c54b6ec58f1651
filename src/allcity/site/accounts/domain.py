"""What is written of accounts."""

from django.db import transaction
from django.utils import timezone

from allcity.site.accounts import mail, personal_data
from allcity.site.accounts.models import User


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
    address, language = user.email, user.language
    for erase in personal_data.erasers():
        erase(user)
    mail.send("account/email/account_deleted", to=address, language=language)


def erase_account(user: User) -> None:
    """Remove the account with its mail addresses and keys. Histories keep what was changed, and no name."""
    user.delete()
