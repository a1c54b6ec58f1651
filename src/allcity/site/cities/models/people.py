"""People of a city: what they may do there, who asked them in, and who asks to be let in.

A `place` is the public id of a school or organization. It is not a foreign key, because the directory stands above.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models.city import City


class Role(models.TextChoices):
    """What somebody is in a city. An administrator of the installation is a member of staff, not of a city."""

    MEMBER = "member", _("member")
    LIAISON = "liaison", _("school liaison")
    MANAGER = "manager", _("organization manager")
    EDITOR = "editor", _("editor")
    COORDINATOR = "coordinator", _("coordinator")


OF_A_PLACE = (Role.LIAISON, Role.MANAGER)


class Membership(models.Model):
    """A role of a person in a city, and for a liaison or manager the school or organization it is for."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    place = models.UUIDField(null=True, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("city", "user", "role", "place", name="cities_membership_of_place"),
            models.UniqueConstraint(
                "city", "user", "role", condition=models.Q(place=None), name="cities_membership_of_city"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=OF_A_PLACE, place__isnull=False)
                | (~models.Q(role__in=OF_A_PLACE) & models.Q(place=None)),
                name="cities_membership_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.city}"


class Invitation(models.Model):
    """A person asked by mail to take a role. The link holds the token; whoever has the link and signs in may accept."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    place = models.UUIDField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.city}"


class Request(models.Model):
    """Somebody asks to join a city or claims the profile of a school or organization; a coordinator decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="requests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="requests")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    place = models.UUIDField(null=True, blank=True)
    message = models.TextField(_("message"), blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "city", "user", "role", "place", condition=models.Q(state="waiting"), name="cities_request_of_place"
            ),
            models.UniqueConstraint(
                "city", "user", "role", condition=models.Q(state="waiting", place=None), name="cities_request_of_city"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.city}"
