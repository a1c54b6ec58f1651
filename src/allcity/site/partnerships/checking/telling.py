"""What parties are told of check-ins, and teachers by mail. No notice says what anybody answered."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.accounts.queries import language_of
from allcity.site.cities.rules import is_coordinator
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Partnership, Round, Side, Teacher
from allcity.site.partnerships.parties import Party, people_of

DUE = register(
    Kind(
        "check-in-due",
        _("A check-in of a partnership is due"),
        _("%(place)s: how does “%(partnership)s” go? Two minutes; the other side sees it once it has answered too."),
    )
)
ANSWERED = register(
    Kind(
        "check-in-answered",
        _("All sides of a partnership have checked in"),
        _("All have checked in on “%(partnership)s”. The answers stand side by side."),
    )
)
NOT_FOR_THEM = register(
    Kind(
        "teacher-not-for-them",
        _("Questions to a teacher reached somebody whom they were not for"),
        _("What was sent to a teacher of “%(partnership)s” reached somebody else. The link is stopped; send it anew."),
    )
)

EVENTS = {
    "checked-in": _("%(place)s answered the check-in of %(day)s"),
    "check-in-changed": _("%(place)s changed its answer to the check-in of %(day)s"),
    "teacher-checked-in": _("A teacher of %(place)s answered the check-in of %(day)s"),
    "teacher-check-in-changed": _("A teacher of %(place)s changed the answer to the check-in of %(day)s"),
    "teacher-asked": _("A teacher of %(place)s is asked from now on"),
    "teacher-left": _("A teacher of %(place)s is asked no more"),
    "growth-counted": _("%(place)s counted how students grow"),
    "students-asked": _("Students are asked what they think"),
}
"""What the history of a partnership tells, by the step."""


def url_of(partnership: Partnership) -> str:
    """The path of the page with the check-ins of a partnership."""
    return reverse("city:partnership-check-ins", args=[partnership.city.slug, partnership.public_id])


def url_of_answer(one: Round, party: Party) -> str:
    """The path of a party's form for a round."""
    return reverse(
        "city:partnership-check-in",
        args=[one.partnership.city.slug, one.partnership.public_id, one.due_on, party.public_id],
    )


def tell_due(one: Round, party: Party) -> None:
    """Tell whoever speaks for a party that its answer is due."""
    values = {"place": party.name, "partnership": one.partnership.name}
    _tell(people_of(party), DUE, one.partnership, values, url_of_answer(one, party), due_on=one.due_on)


def tell_answered(partnership: Partnership, among: Iterable[Party], *, but: User | None) -> None:
    """Tell all parties that everybody has answered."""
    people = {user for party in among for user in people_of(party)} - {but}
    _tell(people, ANSWERED, partnership, {"partnership": partnership.name}, url_of(partnership))


def tell_not_for_them(teacher: Teacher) -> None:
    """Tell whoever named a teacher that the link reached somebody else; where they left the school, whoever speaks for it now."""
    partnership, asker = teacher.partnership, teacher.asked_by
    people = people_of(Party(Side.SCHOOL, teacher.school))
    if asker and asker.is_active and (asker in people or is_coordinator(asker, partnership)):
        people = [asker]
    url = reverse("city:partnership-teachers", args=[partnership.city.slug, partnership.public_id])
    _tell(people, NOT_FOR_THEM, partnership, {"partnership": partnership.name}, url)


def mail_teacher(teacher: Teacher, *, due_on: date | None = None) -> None:
    """Mail a teacher the link: as it is made, or because a check-in is due on a day."""
    if not teacher.email:
        return
    language = language_of(teacher.email)
    with translation.override(language):
        link = settings.SITE_ADDRESS + reverse("check-in:teacher", args=[teacher.token])
    asker = teacher.asked_by
    mail.send(
        "partnerships/checking/mail/teacher",
        to=teacher.email,
        language=language,
        teacher=teacher,
        asker=asker.get_full_name() if asker else "",
        school=teacher.school.name,
        partnership=teacher.partnership.name,
        city=teacher.partnership.city.display_name(),
        due_on=due_on,
        link=link,
    )


def _tell(
    users: Iterable[User],
    kind: Kind,
    partnership: Partnership,
    values: Mapping[str, str],
    url: str,
    *,
    due_on: date | None = None,
) -> None:
    for user in users:
        notify(user=user, kind=kind, city=partnership.city, values=values, url=in_language(url, "en"), due_on=due_on)
