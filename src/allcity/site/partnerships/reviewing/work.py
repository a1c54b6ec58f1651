"""What reviews have waiting for people: answers that are hoped for, and reviews to be shared or closed."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.models import Answer, Review
from allcity.site.partnerships.reviewing.telling import url_of


def reviews(user: User) -> Iterator[WorkItem]:
    """A question to each school of the person's that it has not answered; for coordinators, what can be decided."""
    own = {place for place in user.memberships.values_list("place", flat=True) if place}
    coordinated = list(coordinated_by(user))
    if not own and not coordinated:
        return
    of_school = Answer.objects.filter(review=OuterRef("pk"), side=Answer.Voice.SCHOOL)
    open_ = (
        Review.objects.filter(state=Review.State.ASKED)
        .filter(Q(school__public_id__in=own) | Q(city__in=coordinated))
        .annotate(is_answered=Exists(of_school))
        .select_related("school", "city")
        .order_by("due_on", "pk")
    )
    cities = {city.pk for city in coordinated}
    for review in open_:
        title = _("Your school's own music: the coordinator asks")
        if review.school.public_id in own and not review.is_answered:
            yield WorkItem(title, url_of(review), str(review.school), review.due_on, review.city, 30)
        is_over = review.due_on is not None and review.due_on < today_in(review.city)
        if review.city_id in cities and (review.is_answered or is_over):
            title = _("Share or close what was asked of %(school)s") % {"school": review.school}
            yield WorkItem(title, url_of(review), "", None, review.city, 15)
