"""Imports into a city: what was brought, what it would change or has changed, and whether it was taken back."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord


class Import(CityRecord):
    """One import, from the first file to the end of it.

    `changes` is what it changed, so that it can be taken back (see `changes.to_json`); `account` is what is told of it:
    rows read, added, changed and left out with the reason (see `account.account_of`); `problems` are the first rows that
    somebody may correct: file, row, column, value, problem and remedy. `failure` says in a sentence why it failed.
    `touched_at` moves on while work is done for it, so that work that was cut off can be told from work that goes on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        CHECKING = "checking", _("being tried out")
        CHECKED = "checked", _("tried out, nothing changed yet")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed, nothing changed")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    class Kind(models.TextChoices):
        EXPORTS = "exports", _("spreadsheets or exports")
        FOLDER = "folder", _("a whole city folder")

    BUSY = (State.CHECKING, State.RUNNING, State.UNDOING)
    WRITING = (State.RUNNING, State.UNDOING)

    public_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=300)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=300, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    account = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # Two imports at once would each take the other's rows for what the city had before.
            models.UniqueConstraint(
                "city", condition=models.Q(state__in=("running", "undoing")), name="exchange_import_one_writes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.city}"

    @property
    def is_busy(self) -> bool:
        """Whether work is being done for it in the background."""
        return self.state in self.BUSY

    @property
    def is_open(self) -> bool:
        """Whether files can still be added and taken away."""
        return self.state in (self.State.DRAFT, self.State.CHECKED, self.State.FAILED)

    @property
    def tone(self) -> str:
        """The mark of its state: done, failed, or anything else."""
        return {self.State.DONE: "met", self.State.FAILED: "unmet"}.get(self.State(self.state), "plain")


class Edition(CityRecord):
    """What has been told to everybody of a city's counts, so that the next edition cannot be put together with it.

    `told` is what the last edition told, as `allcity.analysis.public.publish` gives it, and `public` what it or an earlier
    one told while the city was public: before a city is, its members alone see it, and a mistake may still be corrected
    without a trace. `number` rises with each, so that of two made at once the second is made anew.
    """

    told = models.JSONField(default=dict)
    public = models.JSONField(default=dict)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("city", name="exchange_edition_city")]

    def __str__(self) -> str:
        return f"{self.city}, {self.number}"
