"""What people are told of a self-examination, on the site and by mail. Nothing tells what anybody answered, or that they did."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_name
from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.action.models import AnswerLink, SelfExamination
from allcity.site.cities.models import Membership, Role
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language

ASKED = register(
    Kind(
        "examination-asked",
        _("Your city asks you how it stands"),
        _(
            "The self-examination of %(year)s is open: how do you see the music life of the city? “I don't know” is an answer."
        ),
        Delivery.AT_ONCE,
    )
)
NOT_FOR_THEM = register(
    Kind(
        "examination-not-for-them",
        _("A link of the self-examination reached somebody whom it was not for"),
        _("A link of the self-examination of %(year)s reached somebody else. It is stopped; send a new one."),
    )
)


def tell_asked(examination: SelfExamination, user: User) -> None:
    """Tell a member that their answer is asked for."""
    notify(
        user=user,
        kind=ASKED,
        city=examination.city,
        values={"year": year_name(examination.year)},
        url=in_language(reverse("city:self-examination-answer", args=[examination.city.slug, examination.year]), "en"),
        due_on=examination.due_on,
    )


def tell_not_for_them(link: AnswerLink) -> None:
    """Tell whoever sent a link that it reached somebody else; where they left, the coordinators."""
    examination = link.examination
    coordinators = Membership.objects.filter(city=examination.city, role=Role.COORDINATOR).values("user")
    people = list(User.objects.filter(is_active=True, pk__in=coordinators).order_by("pk"))
    if link.made_by in people:
        people = [link.made_by]
    url = in_language(reverse("city:self-examination-run", args=[examination.city.slug, examination.year]), "en")
    for user in people:
        values = {"year": year_name(examination.year)}
        notify(user=user, kind=NOT_FOR_THEM, city=examination.city, values=values, url=url)


def mail_link(link: AnswerLink, *, asker: User | None = None, is_reminder: bool = False) -> None:
    """Mail somebody the link by which they answer: as it is made, or once more."""
    examination = link.examination
    language = link.language or "en"
    with translation.override(language):
        address = address_of(link)
        city, year = examination.city.display_name(), year_name(examination.year)
    mail.send(
        "action/examining/mail/link",
        to=link.email,
        language=language,
        city=city,
        year=year,
        asker=asker.get_full_name() if asker else "",
        message=examination.message,
        due_on=examination.due_on,
        is_anonymous=examination.is_anonymous,
        is_reminder=is_reminder,
        link=address,
    )


def address_of(link: AnswerLink) -> str:
    """The whole web address of a link, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("examination:link", args=[link.token])
