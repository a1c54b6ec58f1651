"""Schools, what they are in each school year, and how many students they have."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from allcity.analysis.city import ALL, GRADES
from allcity.site.cities.models import Area, District, Group, Kept, Known


class School(Kept):
    """A school through the years. `name` is that of its newest year."""

    TABLE = "schools"
    name = models.CharField(_("name"), max_length=300)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class SchoolYear(Known):
    """A school as it is in one school year."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="years", editable=False)
    year = models.PositiveSmallIntegerField(_("school year"), editable=False)
    name = models.CharField(_("name"), max_length=300)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    school_type = models.CharField(_("kind of school"), max_length=200, blank=True)
    grades = models.JSONField(_("grades"), default=list)
    address = models.CharField(_("address"), max_length=500, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    dismissal_time = models.TimeField(_("end of the school day"), null=True, blank=True)
    website = models.CharField(_("web address"), max_length=1000, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint("school", "year", name="directory_schoolyear_key")]

    def __str__(self) -> str:
        return f"{self.name}, {self.year}"


class StudentCount(Known):
    """How many students a school has in a grade or all of them, of a group or of everybody (`group` is None)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="students", editable=False)
    year = models.PositiveSmallIntegerField(_("school year"), editable=False)
    grade = models.CharField(_("grade"), max_length=3, choices=[(grade, grade) for grade in (ALL, *GRADES)])
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    students = models.PositiveIntegerField(_("students"))

    class Meta:
        constraints = [
            # Two, because SQLite takes two rows without a group for different ones.
            models.UniqueConstraint(fields=("school", "year", "grade", "group"), name="directory_studentcount_key"),
            models.UniqueConstraint(
                fields=("school", "year", "grade"),
                condition=models.Q(group=None),
                name="directory_studentcount_everybody",
            ),
        ]


class Identifier(Known):
    """What others call a record: NCESSCH, EIN, …, always as text."""

    table = models.CharField(max_length=30)
    record_key = models.CharField(max_length=250)
    scheme = models.CharField(max_length=60)
    value = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint("city", "table", "record_key", "scheme", name="directory_identifier_key")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"
