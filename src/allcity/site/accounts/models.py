"""People who sign in. Only what the platform needs of an adult or a young person of 13 or more: no address, no birthday."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people by their mail address. A password that is passed, as Django's own commands do, is not kept."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":  # noqa: ARG002 - the signature is the base class's
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):
    """Somebody with an account. It is global: roles in cities are memberships.

    `old_enough` is when the person said to be 13 or older, without which nobody joins. Nobody signs in by password: the
    column of that name holds random text that sessions depend on, so that changing it ends them all.
    """

    username = None  # type: ignore[assignment] # as Django documents it, against its stubs
    email = models.EmailField(_("mail address"), unique=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    old_enough = models.DateTimeField(_("said to be 13 or older"), null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment] # as Django documents it, against its stubs

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def has_usable_password(self) -> bool:
        return False

    def check_password(self, raw_password: str | None) -> bool:  # noqa: ARG002 - the signature is the base class's
        return False


class StaffSession(models.Model):
    """A time in which somebody of the staff may act in cities that are not their own, and why."""

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="staff_sessions")
    reason = models.CharField(_("reason"), max_length=500)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.user}, {self.started_at:%Y-%m-%d %H:%M}: {self.reason}"


class StoppedAddress(models.Model):
    """An address to which no mail is sent any more, because the provider of mail reported that it bounces or complains."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("mail to it comes back")
        COMPLAINED = "complained", _("its reader reported our mail as unwanted")

    email = models.EmailField(_("mail address"), unique=True)
    reason = models.CharField(max_length=12, choices=Reason)
    stopped_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.email}: {self.get_reason_display()}"
