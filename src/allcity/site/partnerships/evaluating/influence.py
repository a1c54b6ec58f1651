"""What its schools put into music themselves, before a partnership and since: an influence that stands beside it."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from allcity.analysis.city import year_name, year_of
from allcity.reports.model import Block, Column, Section, Table
from allcity.site.directory.models import School
from allcity.site.directory.words import amount, catalogue, listing
from allcity.site.needs.models import Baseline
from allcity.site.partnerships.models import Partnership
from allcity.site.partnerships.reviewing.words import positions

INFLUENCE = "influence"
MINUTES = ("minutes_pk_2", "minutes_3_5", "minutes_6_8", "minutes_9_12")


def influence(partnership: Partnership, year: int) -> Section | None:
    """Each school's own teachers, minutes and money, as means of the years that are known up to a year; None without a school.

    None of it is a count of students, and all of it stands in the city's tables.
    """
    schools = list(partnership.schools.order_by("name", "pk"))
    if not schools:
        return None
    first = year_of(partnership.start_date)
    rows = Baseline.objects.filter(school__in=schools, year__lte=year).order_by("year")
    by_school: dict[int, list[Baseline]] = {school.pk: [] for school in schools}
    for row in rows:
        by_school[row.school_id].append(row)
    currency = partnership.city.settings.city.currency
    told = [line for school in schools for line in _lines(school, by_school[school.pk], first, currency)]
    columns = (
        Column(_("School")),
        Column(_("What it gives itself")),
        Column(_("Before the partnership"), numeric=True),
        Column(_("Since"), numeric=True),
    )
    known = sum(1 for line in told if catalogue()("words.not_known") not in line)
    values = {"known": known, "all": len(told)}
    return Section(
        INFLUENCE,
        _("What did school and district put in, before and since?"),
        _("Of %(all)s lines, %(known)s are known both before and since.") % values,
        (
            Block(
                text=(_paid(partnership, currency),),
                tables=(Table(_("Own music of its schools, before the partnership and since"), columns, tuple(told)),),
            ),
        ),
        (
            _("Each is the mean of the school years that are known, which stand beside it."),
            _("It stands side by side, and does not say that one comes from the other."),
        ),
    )


def _lines(school: School, rows: Sequence[Baseline], first: int, currency: str) -> Iterable[tuple[str, str, str, str]]:
    before, since = ([row for row in rows if (row.year < first) == is_before] for is_before in (True, False))
    say = catalogue()

    def line(words: str, names: Sequence[str], unit: str) -> tuple[str, str, str, str]:
        ends = []
        for among in (before, since):
            known = [(row.year, values) for row in among if (values := _values(row, names))]
            mean = sum(sum(values) / len(values) for _year, values in known) / len(known) if known else None
            if mean is None:
                ends.append(str(say("words.not_known")))
                continue
            told = (
                amount(round(mean), currency)
                if unit == "money"
                else positions(mean)
                if unit == "staff"
                else say.number(mean)
            )
            ends.append(f"{told} ({_years([year for year, _values in known])})")
        return school.name, words, ends[0], ends[1]

    yield line(_("Certified music teachers (positions)"), ("music_staff",), "staff")
    yield line(_("Minutes of music a week, over the grades that are known"), MINUTES, "minutes")
    yield line(_("Money for music in a year, staff apart"), ("music_budget",), "money")


def _values(row: Baseline, names: Sequence[str]) -> list[float]:
    return [value for name in names if (value := getattr(row, name)) is not None]


def _years(years: Sequence[int]) -> str:
    if len(years) == 1:
        return year_name(years[0])
    return _("%(number)s years, %(first)s to %(last)s") % {
        "number": len(years), "first": year_name(years[0]), "last": year_name(years[-1]),
    }  # fmt: skip


def _paid(partnership: Partnership, currency: str) -> str:
    """What the partnership costs and who pays, and the districts that are in it."""
    costs = _("not known") if partnership.money is None else amount(partnership.money, partnership.currency or currency)
    values = {"money": costs, "payer": partnership.funding_source or _("not known")}
    told = _("The partnership itself: %(money)s in a year. Who pays: %(payer)s.") % values
    districts = listing(str(district) for district in partnership.districts.all())
    return f"{told} {_('Districts in it: %(names)s.') % {'names': districts}}" if districts else told
