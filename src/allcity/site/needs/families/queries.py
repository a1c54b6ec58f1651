"""What is read of forms for families."""

from django.db.models import QuerySet

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import School
from allcity.site.needs.ledger.queries import schools_of
from allcity.site.needs.models import FamilyForm
from allcity.site.needs.survey.sheet import students_of


def forms_of(user: User, city: City) -> "QuerySet[FamilyForm]":
    """The forms that a person runs, the city's own first, then by school."""
    forms: QuerySet[FamilyForm] = FamilyForm.objects.of(city).select_related("school").order_by("-year", "school__name")
    return forms if is_coordinator(user, city) else forms.filter(school__in=schools_of(user, city))


def schools_without(user: User, city: City, year: int) -> "QuerySet[School]":
    """The schools of a person that have no form in a year."""
    return schools_of(user, city).exclude(family_forms__year=year)


def has_too_many(form: FamilyForm) -> bool:
    """Whether more have answered than the school has students: two of a family may, but it is worth a look."""
    students = students_of(form.school, form.year) if form.school else None
    return students is not None and form.received > students
