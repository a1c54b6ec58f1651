"""What each figure is: its unit, along which dimensions it is given, how it is computed, and where that comes from.

The reference pages of the documentation are made from this, and a test holds every computed figure against it.
"""

from dataclasses import dataclass

from allcity.analysis.figures import Unit


@dataclass(frozen=True)
class Definition:
    """`equation` is TeX. `dimensions` are the keys that `by` may have, one at a time; every figure is also city-wide
    unless `whole` is False."""

    id: str
    unit: Unit
    meaning: str
    dimensions: tuple[str, ...] = ()
    equation: str = ""
    source: str = ""
    whole: bool = True


_DESIGN = "Definition of this platform; a city may change its numbers."
_PARTS = ("area", "group", "band")
_FRECHET = "Fréchet, M. (1951). Sur les tableaux de corrélation dont les marges sont données."
_LEXICOGRAPHIC = (
    "Megiddo, N. (1974). Optimal flows in networks with multiple sources and sinks. Fujishige, S. (1980). "
    "Lexicographically optimal base of a polymatroid with respect to a weight vector."
)

_ALL = (
    Definition("schools", "count", "Schools of the city-year, those without students included."),
    Definition("students", "count", "Students enrolled, as published. Bands are estimated where only totals are known.", _PARTS),
    Definition("organizations", "count", "Organizations in the directory."),
    Definition("programs", "count", "Programs with an offering that overlaps the school year, 1 July to 30 June."),
    Definition("programs.sustained", "count", "Programs with a sustained offering: at least 8 sessions, or 28 days from first to last where sessions are not known."),
    Definition("programs.events", "count", "Programs with an offering that begins and ends on one day. An event is not access."),
    Definition("programs.online", "count", "Programs with an offering that is held online. They are counted apart."),
    Definition("offerings", "count", "Offerings that overlap the school year."),
    Definition("offerings.sustained", "count", "Offerings that are sustained."),
    Definition("offerings.events", "count", "Offerings that begin and end on one day."),
    Definition("offerings.online", "count", "Offerings that are held online."),
    Definition("seats", "count", "Known seats of the sustained in-person offerings. The high end counts unknown ones up to the city's cap."),
    Definition(
        "access.reach",
        "share",
        "Share of students with at least one in-person sustained offering of the season that fits their age and is in "
        "reach of their school. Unknown ages and places widen the range: for a school or area an offering without a place "
        "may be near, for the city it is in its single best place.",
        (*_PARTS, "contribution"),
        r"\frac{\sum_{c} n_c \left[\exists o : t_{co} \le 30,\ a^{min}_o \le g_c + 6,\ a^{max}_o \ge g_c + 5\right]}{\sum_c n_c}",
        _DESIGN,
    ),
    Definition("access.reach.free", "share", "Reach of the offerings that are known to be free.", (), "", _DESIGN),
    Definition("access.reach.fee", "share", "Reach of the offerings within the city's fee limit, where it has set one.", (), "", _DESIGN),
    Definition("access.reach.language", "share", "Reach of the offerings in another of the city's languages than the first.", (), "", _DESIGN),
    Definition("access.reach.accommodation", "share", "Reach of the offerings that name an accommodation for disabled students.", (), "", _DESIGN),
    Definition(
        "access.seats_per_100",
        "seats per 100 students",
        "Seats within reach for every hundred students, each offering's seats shared among the students it fits, by the "
        "two-step method or, where the city so chooses, the enhanced or the three-step one.",
        _PARTS,
        r"A_i = 100 \sum_j w_{ij} \frac{S_j}{\sum_k w_{kj} P_k}",
        "Luo and Wang (2003), Luo and Qi (2009), Wan, Zou and Sternberg (2012).",
    ),
    Definition(
        "access.placed",
        "share",
        "Share of students who could hold a seat at the same time, in the term in which most could: the largest number "
        "given reach, fit and seats and, among the ways to place that many, the one that is leximin over schools' shares. "
        "A group within a school is placed in proportion; grades within a school in one of the ways that are equally good.",
        (*_PARTS, "term"),
        r"\max_x \sum_{co} x_{co},\quad \sum_o x_{co} \le n_c,\quad \sum_c x_{co} \le S_o,\quad "
        r"\operatorname{leximin}_s \frac{\sum_{c \in s} \sum_o x_{co}}{n_s}",
        _LEXICOGRAPHIC,
    ),
    Definition("school_music.staffed", "share", "Share of students in schools with at least one certified music teacher for so many students as the city's target says.", ("area",), r"f_s \ge n_s / 350", "Target with its source in the framework."),
    Definition("school_music.minutes", "share", "Share of students whose grade band has the city's target of minutes of music a week, of those in bands with a target.", ("area",), "", "Target with its source in the framework."),
    Definition("school_music.enrolled", "share", "Share of students enrolled in sequential school music.", ("area",)),
    Definition("school_music.without_place", "share", "Of the students who asked for school music or are in it, the share who found no place.", ("area",)),
    Definition("school_music.rating", "share", "Share of students in schools with each arts rating that the city publishes.", ("rating",), whole=False),
    Definition("informal.share", "share", "Share of students who make music at home, at worship or with friends, from counts of answers."),
    Definition(
        "contexts.all",
        "share",
        "Share of students who have all three contexts: enrolled in school music, a place out of school, informal music. "
        "Bounded from the three shares of each school; the value is given where a survey asked for all three.",
        (),
        r"\sum_s n_s \max(0, a_s + b_s + c_s - 2) \le N \cdot x \le \sum_s n_s \min(a_s, b_s, c_s)",
        _FRECHET,
    ),
    Definition("needs.stated", "count", "What was asked for: students for the city and its areas, for a contribution its own unit.", ("area", "contribution")),
    Definition("needs.met", "count", "What was delivered of it, at the dosage asked for and at most as much as was asked. Where the two accounts of a delivery differ, their mean, the lesser and the greater.", ("area", "contribution"), r"\min\left(asked, \sum_d n_d \min(1, h_d / h)\right)", _DESIGN),
    Definition("needs.unmet", "count", "What was asked for less what was met.", ("area", "contribution")),
    Definition("needs.met_share", "share", "What was met of what was asked for.", ("contribution",), whole=False),
    Definition("needs.owed.staff", "full-time equivalents", "Certified music teachers that schools lack to the city's target. Owed by school and district, never matched with partners.", (), r"\sum_s \max(0, n_s / 350 - f_s)", _DESIGN),
    Definition("needs.owed.minutes", "share", "Share of schools in which a grade band has fewer minutes than the city's target, of those that answered.", (), "", _DESIGN),
    Definition("partnerships", "count", "Partnerships with a day in the school year."),
    Definition("census.participants", "count", "Participants that were counted, by type.", ("participant",), whole=False),
    Definition("census.alone.schools", "count", "Schools with no partnership or delivery in the year. A partnership that names no school is with all of its districts' schools."),
    Definition("census.alone.organizations", "count", "Organizations with no partnership or delivery in the year."),
    Definition("census.one_partner", "count", "Schools that have exactly one partner, so depend on it alone."),
    Definition("census.largest_ten", "share", "Share of the pairs of an organization and a school that the ten largest organizations hold."),
    Definition("deliveries.students", "count", "Students reached, summed over deliveries; whoever two reach is counted twice."),
    Definition("deliveries.hours", "hours", "Hours that students had, students times hours, summed over deliveries."),
    Definition("equity.gap", "share", "Reach of everyone else less reach of the group.", ("group",), r"r_{other} - r_{group}", whole=False),
    Definition("equity.ratio", "ratio", "Reach of everyone else divided by reach of the group.", ("group",), r"r_{other} / r_{group}", whole=False),
    Definition("equity.gini", "index", "How unevenly places are spread over students: 0 where all schools have the same share of students placed.", (), r"G = \frac{\sum_i \sum_j f_i f_j |y_i - y_j|}{2\mu}", "Lerman and Yitzhaki (1989)."),
    Definition("equity.theil", "index", "How unevenly places are spread, as Theil's T; it is the sum of the two parts below.", (), r"T = \sum_i f_i \frac{y_i}{\mu} \ln \frac{y_i}{\mu}", "Theil (1967)."),
    Definition("equity.theil.between", "index", "The part of Theil's T that lies between areas.", (), "", "Shorrocks (1980)."),
    Definition("equity.theil.within", "index", "The part of Theil's T that lies within areas.", (), "", "Shorrocks (1980)."),
    Definition("equity.concentration", "index", "Whether places go to schools in need: below 0 to the neediest, above 0 to the least needy. Need is the share of students from low-income families, else the area's hardship.", (), r"C = \frac{2}{\mu} \sum_i f_i y_i R_i - 1", "Kakwani, Wagstaff and van Doorslaer (1997)."),
    Definition("equity.neediest_quarter", "share", "Share of all places that the neediest quarter of students could hold; even provision would give them a quarter.", (), "", "Kakwani, Wagstaff and van Doorslaer (1997)."),
)  # fmt: skip

DEFINITIONS: dict[str, Definition] = {definition.id: definition for definition in _ALL}
