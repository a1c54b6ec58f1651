"""A made-up city for demonstrations, tests and benchmarks: Rivermouth, shaped by what is published of real ones."""

from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl

from allcity.declaration import load_framework
from allcity.formats.folder import write_folder
from allcity.formats.geojson import feature_collection
from allcity.sample import (
    answers,
    baselines,
    deliveries,
    ecosystem,
    links,
    needs,
    partnerships,
    place,
    records,
    schools,
)

SEED = 2025
_CITY = """\
# Rivermouth does not exist. Its schools, organizations, people and figures are made up, and its coordinates
# are in the open ocean. Its shape follows published distributions, so that it behaves like a real city.

[city]
id = "rivermouth"
name = { en = "Rivermouth (fictional)", es = "Rivermouth (ficticia)" }
state = "Farshore, a state that does not exist"
country = "XX"
time_zone = "Etc/GMT+8"
languages = ["en", "es"]
population = POPULATION
licence = "CC0-1.0"

[targets]
fee_limit = 60
"""


def make_sample_city(folder: Path, *, seed: int = SEED, scale: int = 1, today: date | None = None) -> None:
    """Write the city folder of Rivermouth, a made-up city of 62 schools and 97 organizations in five school years.

    The same seed gives the same bytes. The newest school year is that of `today`, and nothing was told after it; without it,
    the years are those in which the city was drawn, all of them over. `scale` multiplies schools, organizations and areas;
    the city grows as wide and high as it must for its distances to stay as they are.

    The folder also gets backdrop.geojson: river, sea and streets, with the property `kind`, water or street.
    """
    framework = load_framework()
    # Each part draws from a stream of its own, so that a change to one leaves the others as they are.
    random = (np.random.default_rng([seed, part]) for part in count())
    ground = place.make_place(scale, next(random))
    roll = schools.make_roll(ground, scale, next(random))
    by_grade = schools.students_by_grade(roll, next(random))
    rows = baselines.provision(roll, by_grade, scale, next(random))
    organizations = ecosystem.organizations_table(ground, scale, next(random))
    locations = ecosystem.locations_table(organizations, roll, ground, next(random))
    programs = ecosystem.programs_table(organizations, next(random))
    offerings = ecosystem.offerings_table(programs, ground, next(random))

    who = links.make_links(organizations, locations[: len(organizations)], rows, scale, next(random))
    who = partnerships.joined(who, organizations, roll, next(random))
    wanted = needs.needs_table(rows, who, framework, next(random))
    districts = records.districts_table()
    district_needs = needs.district_needs(districts, next(random))
    with_schools = partnerships.partnerships_table(who, wanted, next(random))
    with_districts = partnerships.district_partnerships(organizations, district_needs, len(with_schools), next(random))
    reserved_programs, reserved_offerings = partnerships.reserved(who, next(random))
    goals = partnerships.goals_table(with_schools, next(random))
    tables = {
        "sources": records.sources_table(),
        "districts": districts,
        "areas": ground.areas,
        "groups": schools.groups_table(),
        "schools": schools.school_years(roll).rename({"dismissal": "dismissal_time"}),
        "students": schools.students_table(by_grade, next(random)),
        "organizations": organizations,
        "participants": baselines.participants_table(rows, organizations, next(random)),
        "programs": pl.concat([programs, reserved_programs], how="diagonal"),
        "locations": locations,
        "offerings": pl.concat([offerings, reserved_offerings], how="diagonal_relaxed"),
        "baselines": baselines.baselines_table(rows, next(random)),
        "needs": pl.concat([wanted, district_needs], how="diagonal_relaxed"),
        "partnerships": pl.concat([with_schools, with_districts], how="diagonal_relaxed"),
        "agreements": partnerships.agreements_table(with_schools, next(random)),
        "goals": goals,
        "deliveries": pl.concat(
            [
                deliveries.deliveries_table(who, wanted, rows, next(random)),
                deliveries.district_deliveries(with_districts, district_needs, next(random)),
            ],
            how="diagonal_relaxed",
        ),
        "check_ins": partnerships.check_ins_table(with_schools, goals, next(random)),
        "answers": answers.answers_table(rows, scale, framework, next(random)),
        "identifiers": records.identifiers_table(roll, organizations),
    }
    of_partnerships = answers.partnership_answers(tables["deliveries"], goals, next(random))
    tables["answers"] = pl.concat([tables["answers"], of_partnerships], how="diagonal_relaxed")
    write_folder(
        folder,
        tables={name: records.on_day(name, records.signed(name, frame), today) for name, frame in tables.items()},
        city_text=_CITY.replace("POPULATION", str(ground.areas["population"].sum())),
        shapes=ground.shapes,
    )
    backdrop = feature_collection(
        {name: shape for name, (_, shape) in ground.backdrop.items()},
        key="name",
        properties={name: {"kind": kind} for name, (kind, _) in ground.backdrop.items()},
    )
    (folder / "backdrop.geojson").write_bytes(backdrop.encode())
