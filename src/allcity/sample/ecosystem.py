"""The sample city's music organizations, their places, programs and offerings."""

import numpy as np
import polars as pl

from allcity.sample.draws import Integers, chosen, dates, day_number, gaps, next_monday, several, whole
from allcity.sample.names import ids, invented_names
from allcity.sample.place import Place
from allcity.sample.schools import YEARS

ORGANIZATIONS = {
    "partner_organizations": (
        50,
        "Youth Orchestra;Strings Project;Jazz Workshop;Children's Choir;Steel Band;Music House",
    ),
    "communities": (14, "Library;Neighborhood House;Chapel Choir;Sailing Club Band"),
    "musicians": (10, "Players;Song Collective;Drum Circle"),
    "families": (9, "Parents' Music Circle;Family Choir"),
    "universities": (4, "Conservatory;College of Music"),
    "music_educators": (4, "Music Teachers' Circle"),
    "general_teachers": (2, "Classroom Teachers' Songbook"),
    "school_leaders": (2, "Principals' Round Table"),
    "students": (2, "Student Music Council"),
}
"""How many organizations there are of each participant type, at scale 1, and what they call themselves."""

PROGRAMS = pl.DataFrame(
    [
        ("First Strings", ["new_instruments_and_styles"], "class", 7, 11, 10),
        ("Steel Pan", ["new_instruments_and_styles"], "class", 9, 16, 6),
        ("Songwriting Lab", ["new_instruments_and_styles"], "class", 12, 18, 7),
        ("Mariachi", ["new_instruments_and_styles", "small_ensembles"], "class", 10, 18, 5),
        ("Singing Together", ["small_ensembles"], "class", 5, 9, 9),
        ("Small Bands", ["small_ensembles"], "class", 11, 18, 8),
        ("Lessons", ["private_lessons"], "lessons", 7, 18, 9),
        ("Adapted Music", ["special_needs_instruction"], "class", 5, 18, 3),
        ("City Youth Symphony", ["challenging_ensembles"], "ensemble", 13, 18, 4),
        ("Concert Choir", ["challenging_ensembles"], "ensemble", 10, 18, 4),
        ("After-School Music Club", ["after_hours_care"], "care", 5, 13, 7),
        ("Summer Music Weeks", ["after_hours_care", "support_services"], "camp", 6, 14, 5),
        ("Mentors in Music", ["mentorship"], "lessons", 13, 18, 4),
        ("Family Concert", ["performance_expertise"], "event", 4, 18, 9),
        ("Open Rehearsal", ["performance_expertise"], "event", 8, 18, 6),
        ("Try an Instrument Day", ["instruments_and_resources"], "event", 5, 14, 5),
        ("Instrument Library", ["instruments_and_resources"], "resource", 5, 18, 6),
        ("Teachers' Workshop", ["teacher_development"], "resource", 22, 65, 5),
        ("Music Theory Online", ["private_lessons"], "online", 12, 18, 5),
    ],
    schema=["title", "contributions", "kind", "youngest", "oldest", "weight"],
    orient="row",
)

_RUNS = pl.DataFrame(
    [
        ("class", 9, 15, 10, 13, 1, 20),
        ("class", 1, 12, 9, 11, 1, 20),
        ("class", 4, 6, 6, 9, 1, 20),
        ("lessons", 9, 15, 12, 14, 1, 12),
        ("lessons", 1, 12, 10, 16, 1, 12),
        ("ensemble", 9, 8, 26, 34, 1, 38),
        ("care", 9, 3, 30, 36, 4, 45),
        ("camp", 7, 6, 2, 6, 5, 32),
        ("event", 10, 4, 1, 1, 1, 160),
        ("event", 3, 7, 1, 1, 1, 160),
        ("event", 5, 16, 1, 1, 1, 160),
        ("online", 9, 15, 12, 28, 1, 25),
    ],
    schema=["kind", "month", "day", "fewest", "most", "weekly", "room"],
    orient="row",
)
"""When offerings of a kind begin, for how many weeks they run, how often they meet a week, and about how many they hold."""

_DAYS = ("mo", "tu", "we", "th", "fr", "sa")
_ACCOMMODATIONS = {"step_free": 0.55, "quiet_room": 0.2, "sign_language": 0.06, "adapted_instruments": 0.1}


def organizations_table(place: Place, scale: int, random: np.random.Generator) -> pl.DataFrame:
    """Organizations, more of them where hardship is low. `musicians` is how many work there."""
    kinds = np.repeat(list(ORGANIZATIONS), [number * scale for number, _ in ORGANIZATIONS.values()])
    count = len(kinds)
    order = random.permutation(count)
    population = place.areas["population"].to_numpy()
    area = place.spread(count, population * (1 - 0.9 * place.hardship) ** 2, random)
    words = invented_names(count, random)
    titles = [ORGANIZATIONS[kind][1].split(";") for kind in kinds]
    pick = random.random(count)
    names = [f"{word} {title[int(part * len(title))]}" for word, title, part in zip(words, titles, pick, strict=True)]
    plays = np.isin(kinds, ["partner_organizations", "musicians", "universities"])
    untyped = (kinds == "partner_organizations") & (random.random(count) < 0.05)
    return pl.DataFrame(
        {
            "name": names,
            "participant_type": kinds,
            "description": pl.Series(names) + " is made up, as is everything in this city.",
            "area": area,
            "area_id": place.areas["area_id"].to_numpy()[area],
            "musicians": np.where(plays, random.integers(1, 10, count), 0),
            # Nine organizations in 97 have not confirmed their record this year.
            "confirmed": random.permutation(count) >= 9 * scale,
        }
    )[order].with_columns(
        organization=pl.int_range(count),
        organization_id=pl.Series(ids("o", count)),
        participant_type=pl.when(~pl.Series(untyped)[order]).then("participant_type"),
    )


def locations_table(
    organizations: pl.DataFrame, roll: pl.DataFrame, place: Place, random: np.random.Generator
) -> pl.DataFrame:
    """One place for each organization and one music room for each school, of which some are not on the map."""
    points = place.points(organizations["area"].to_numpy(), random)
    points[random.permutation(len(points))[: len(points) // 90]] = np.nan
    own = organizations.select(
        "organization_id",
        "area_id",
        location_id=pl.lit("at-") + pl.col("organization_id"),
        name=pl.col("name") + ", main house",
        latitude=pl.Series(points[:, 0]).fill_nan(None),
        longitude=pl.Series(points[:, 1]).fill_nan(None),
    )
    rooms = roll.select(
        "school_id",
        "area_id",
        "latitude",
        "longitude",
        location_id=pl.lit("at-") + pl.col("school_id"),
        name=pl.col("name") + ", music room",
    )
    return pl.concat([own, rooms], how="diagonal")


def programs_table(organizations: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One to three programs for each organization that has any, of kinds as they are common."""
    number = random.choice([0, 1, 2, 3], len(organizations), p=[0.34, 0.22, 0.22, 0.22])
    owner = np.repeat(np.arange(len(organizations)), number)
    count = len(owner)
    weights = PROGRAMS["weight"].to_numpy()
    kind = random.choice(len(PROGRAMS), count, p=weights / weights.sum())
    programs = pl.concat(
        [organizations.select("organization_id", "area", "area_id", maker="name")[owner], PROGRAMS[kind]],
        how="horizontal",
    ).unique(("organization_id", "title"), maintain_order=True)
    count = len(programs)
    return programs.with_columns(
        program_id=pl.Series(ids("p", count)),
        name=pl.col("title") + " at " + pl.col("maker"),
        description=pl.col("title") + ", made up for the sample city.",
        contributions=gaps(random, 0.05, programs["contributions"]),
        begun=pl.Series(random.integers(YEARS[0] - 5, YEARS[-1], count)),
    )


def offerings_table(programs: pl.DataFrame, place: Place, random: np.random.Generator) -> pl.DataFrame:
    """The seasons of each program in each year. What an organization did not say is empty."""
    years = pl.DataFrame({"year": list(YEARS)})
    rows = (
        programs.join(_RUNS, on="kind", how="inner", maintain_order="left_right")
        .join(years, how="cross", maintain_order="left_right")
        .filter(pl.col("begun") <= pl.col("year"))
    )
    rows = rows.filter(pl.Series(random.random(len(rows)) < 0.8))
    count = len(rows)
    hardship = place.hardship[rows["area"].to_numpy()]
    weeks = random.integers(rows["fewest"].to_numpy(), rows["most"].to_numpy() + 1)
    sessions = np.maximum(1, weeks * rows["weekly"].to_numpy() - random.integers(0, 2, count))
    day = np.where(rows["kind"] == "event", random.choice([4, 5], count), random.integers(0, 6, count))
    day = np.where(rows["weekly"].to_numpy() > 1, 0, day)
    begins = np.where(day == 5, 540 + 30 * random.integers(0, 9, count), 870 + 15 * random.integers(0, 13, count))
    begins = np.where(rows["kind"] == "camp", 540, begins)
    lasts = np.select([rows["kind"] == "lessons", rows["kind"] == "camp"], [45, 240], 15 * random.integers(4, 9, count))
    seats = np.rint(rows["room"].to_numpy() * random.uniform(0.6, 1.35, count) * (1.15 - 0.4 * hardship))
    fee = 500 * np.rint(random.uniform(6, 44, count) * (1.2 - 0.5 * hardship))
    fee = np.where(random.random(count) < 0.38 + 0.25 * hardship, 0, fee)
    sliding = random.random(count) < 0.3
    first = next_monday(day_number(*(rows[name].to_numpy() for name in ("year", "month", "day")))) + day
    last = first + np.where(
        rows["weekly"].to_numpy() == 1, 7 * (weeks - 1), 7 * (weeks - 1) + rows["weekly"].to_numpy() - 1
    )
    online = (rows["kind"] == "online").to_numpy()
    ages = rows.select("youngest", "oldest").to_numpy() + random.integers(-1, 2, (count, 2))
    ageless = random.random(count)
    placeless = online | (random.random(count) < 0.01)
    return rows.with_columns(
        offering_id=pl.Series(ids("f", count)),
        location_id=pl.when(~pl.Series(placeless)).then(pl.lit("at-") + pl.col("organization_id")),
        mode=pl.Series(np.where(online, "online", "in_person")),
        start_date=dates(first),
        end_date=dates(last),
        sessions=gaps(random, 0.1, sessions),
        days=gaps(random, 0.06, _weekdays(day, rows["weekly"].to_numpy())),
        start_time=gaps(random, 0.08, begins),
        end_time=pl.Series(begins + lasts),
        seats=gaps(random, 0.1, whole(seats)),
        minimum_age=pl.when(pl.Series(ageless > 0.03)).then(pl.Series(ages[:, 0])),
        maximum_age=pl.when(pl.Series(ageless > 0.05)).then(pl.Series(np.where(ages[:, 1] > 17, 18, ages[:, 1]))),
        minimum_fee=gaps(random, 0.08, whole(np.where(sliding, 0, fee))),
        maximum_fee=whole(fee),
        languages=gaps(random, 0.05, several(random, count, {"es": 0.3, "zh": 0.06, "vi": 0.06}, ["en"])),
        accommodations=gaps(random, 0.2, several(random, count, _ACCOMMODATIONS)),
        transport=gaps(random, 0.2, random.random(count) < 0.08),
        food=gaps(random, 0.2, random.random(count) < 0.2),
    ).with_columns(
        end_time=pl.when(pl.col("start_time").is_not_null()).then("end_time"),
        maximum_fee=pl.when(pl.col("minimum_fee").is_not_null()).then("maximum_fee"),
    )


def _weekdays(day: Integers, weekly: Integers) -> pl.Series:
    """The first days of the week for what meets more than once, else the one day."""
    lists = [list(_DAYS[:number]) for number in range(6)] + [[code] for code in _DAYS]
    return chosen(lists, np.where(weekly > 1, weekly, 6 + day))
