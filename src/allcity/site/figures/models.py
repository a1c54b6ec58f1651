"""Stored examinations of a city-year. One that was published never changes: a correction is a new one that says so."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import CityRecord, RecordQuerySet


class ExaminationQuerySet(RecordQuerySet):
    """Examinations by what has become of them."""

    def done(self) -> Self:
        return self.filter(state=Examination.State.DONE)

    def newest_first(self) -> Self:
        return self.order_by("-year", "-pk")


class Examination(CityRecord):
    """One examination of one school year: when it was made, of which version of the data, and what it found.

    `figures` are records of `allcity.analysis.figures.Figure`, with small counts already withheld. `inputs` is a
    fingerprint of the tables that went in; `data_version` the city's version then. `corrects` is the one it replaces.
    `told` is for the one that corrects it and for nobody else: `Findings.tells`, the counts that are withheld among them.
    `judged` is a fingerprint of what its partnerships were last judged by, which is also earlier years and the day, and
    `judged_version` the city's version then: that can be done anew, while the figures of an examination stay.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being computed")
        DONE = "done", _("computed")
        FAILED = "failed", _("failed")

    year = models.PositiveSmallIntegerField(_("school year"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    data_version = models.PositiveBigIntegerField(default=0)
    inputs = models.CharField(max_length=64, blank=True)
    software = models.CharField(max_length=40, blank=True)
    problem = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    figures = models.JSONField(default=list)
    told = models.JSONField(default=dict)
    judged = models.CharField(max_length=64, blank=True)
    judged_version = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[Any] = ExaminationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("city", "year", "state", name="figures_examination_current")]

    def __str__(self) -> str:
        return f"{self.city}, {self.year}"


class ReportPart(models.Model):
    """A part of an examination's report in one language, as `allcity.reports.model` has it: its head, or one section."""

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="parts")
    language = models.CharField(max_length=12)
    part = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    document = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint("examination", "language", "part", name="figures_reportpart_key")]


class SchoolFinding(models.Model):
    """What an examination found of one school. `found` is the school's row of `Findings.schools`.

    `offerings` lists the sustained offerings in reach that fit some of its students: pairs of an offering's key and the
    minutes on the way. `derived` is what it needs by the figures, its row of `Findings.derived`. `ask_rank`, from 1, is its
    place among the schools to ask for what they have not answered, None where its answers would make no range narrower;
    `missing` what these would take from the city's ranges: rows of `allcity.analysis.certainty`, what they take most from first.
    `screened` is what the screen of supplanting says of its `staff` and `minutes`, a row of `conditions.records.screened` each;
    empty where no partner came in school hours. Never public without a coordinator's review.
    """

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="schools")
    key = models.CharField(max_length=250)
    found = models.JSONField()
    offerings = models.JSONField(default=list)
    derived = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    ask_rank = models.PositiveIntegerField(null=True)
    screened = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("examination", "key", name="figures_schoolfinding_key")]


class NeedFinding(models.Model):
    """What an examination found of one stated need: its row of `Findings.ledger`, with small counts already withheld."""

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="needs")
    key = models.CharField(max_length=250)
    found = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint("examination", "key", name="figures_needfinding_key")]


class PartnershipFinding(models.Model):
    """What an examination found of one partnership, for its parties and the city's coordinators.

    `conditions` are its rows of `allcity.analysis.conditions.judge`, with `evidence` as an object. `adds` is what the city
    would lose without it, as `allcity.analysis.health` says: `placed` one row, `met` a row for each unit; and `needs`, what each
    need that it answers got from it, from others before it and in all, as `allcity.analysis.conditions.met` says. What could
    not be computed is not there. Counts stand as they were told.
    """

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="partnerships")
    key = models.CharField(max_length=250)
    conditions = models.JSONField(default=list)
    adds = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("examination", "key", name="figures_partnershipfinding_key")]


class NextPartnership(models.Model):
    """A partnership that does not exist yet and would do much: a row of `allcity.analysis.candidates` with its ranks.

    `rank_placed` and `rank_met`, from 1, are those in the city; None where it adds nothing of the kind.
    """

    examination = models.ForeignKey(Examination, on_delete=models.CASCADE, related_name="next_partnerships")
    school = models.CharField(max_length=250)
    organization = models.CharField(max_length=250)
    offering = models.CharField(max_length=250)
    found = models.JSONField()
    rank_placed = models.PositiveIntegerField(null=True)
    rank_met = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index("examination", "school", name="figures_next_of_school")]
