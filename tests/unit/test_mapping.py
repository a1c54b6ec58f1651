"""The mapping language: what loads, and what is said of a mapping that does not fit."""

from pathlib import Path

import pytest

from allcity.formats.importing import load_mappings
from allcity.formats.mapping import MappingError, load_mapping, parse_mapping
from allcity.formats.problems import ProblemsError

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = """\
[source]
id = "district"
name = "District list"
coverage = "complete"
as_of = 2024-09-30

[[file]]
name = "schools.csv"
year = 2024

"""
SCHOOLS = """\
[[table]]
name = "schools"

[table.columns]
school_id = "Code"
name = "School"
grades = "Grades"
"""


def problems(text):
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, file_name="m.toml")
    return [str(problem) for problem in caught.value.problems]


def test_a_nul_in_a_mapping_is_refused_by_its_line():
    (problem,) = problems(HEAD.replace('name = "', 'name = "\\u0000', 1) + SCHOOLS)
    assert "NUL" in problem
    assert "line" in problem


def test_a_small_mapping_loads():
    mapping = parse_mapping(HEAD + SCHOOLS, file_name="m.toml")
    assert mapping.source.id == "district"
    assert mapping.file[0].year == 2024
    assert mapping.table[0].columns["name"].header == "School"


@pytest.mark.parametrize("city", ["chicago", "ccd"])
def test_the_mappings_that_are_shipped_load(city):
    mappings = load_mappings(EXAMPLES / city)
    assert mappings
    assert {path.name for path in mappings} == {path.name for path in (EXAMPLES / city).glob("*.toml")} - {"city.toml"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('school_id = "Code"', 'schol_id = "Code"', 15, 'no column schol_id; did you mean "school_id"?'),
        ('name = "schools"\n\n[table', 'name = "shools"\n\n[table', 12, 'did you mean "schools"?'),
        ('coverage = "complete"', 'coverage = "all"', 4, "use one of complete, partial, unknown"),
        ('coverage = "complete"', 'coverage = "complete"\nlicense = "CC0"', 5, 'did you mean "licence"?'),
        ("year = 2024", 'year = "2024"', 9, "must be a whole number"),
        ("year = 2024\n", "", 10, "lacks year; add year, or give each [[file]] its year"),
        ('grades = "Grades"', "", 11, "lacks grades"),
        (
            'name = "School"',
            'name = { value = "x", header = "School" }',
            16,
            "one of header, headers, first_of and value",
        ),
        ('name = "School"', 'name = { header = "School", pattern = "(" }', 16, "regular expression"),
        ('name = "School"', 'name = { header = "School", pattern = "x" }', 16, "one pair of parentheses"),
        ('name = "School"', 'name = { header = "School", convert = "seconds" }', 16, "use one of text, integer"),
        ('name = "School"', 'name = { header = "School", convert = "upper" }', 16, 'cannot be "upper"'),
        ('name = "School"', 'latitude = { header = "Where", convert = "point" }', 16, 'add part = "latitude"'),
        ('name = "School"', 'latitude = { value = 200 }\nname = "School"', 16, "90 or less"),
        (
            'name = "School"',
            'name = { value = ["a", 1] }',
            16,
            "a text, a number, true or false, a date or a list of texts",
        ),
        ("as_of = 2024-09-30", 'as_of = "yesterday"', 5, "as_of"),
    ],
)
def test_a_mapping_that_does_not_fit_is_explained_with_its_line(old, new, line, says):
    text = HEAD + SCHOOLS
    assert old in text
    (found,) = [one for one in problems(text.replace(old, new, 1)) if one.startswith(f"m.toml, line {line}: ")]
    assert says in found


def test_every_problem_is_told_at_once():
    text = (
        (HEAD + SCHOOLS).replace('school_id = "Code"', 'schol_id = "Code"').replace('name = "School"', 'nam = "School"')
    )
    found = problems(text)
    assert [line for line in found if "no column schol_id" in line]
    assert [line for line in found if "no column nam;" in line]
    assert [line for line in found if "lacks school_id, name" in line]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('[[table.leave_out]]\nreason = "x"\nbecause = "y"\nwhen = [{ header = "A" }]', "give one of equals"),
        (
            '[[table.leave_out]]\nreason = "x"\nbecause = "y"\nwhen = [{ header = "A", empty = true, at_least = 1 }]',
            "give one",
        ),
        ('[[table.leave_out]]\nreason = "x"\nbecause = "y"\nwhen = []', "name at least one"),
        (
            '[[table.unknown]]\nreason = "x"\nbecause = "y"\nwhen = [{ header = "A", equals = "1" }]\ncolumns = ["name"]',
            "may be left empty",
        ),
    ],
)
def test_rules_are_checked(rule, says):
    assert says in problems(f"{HEAD}{SCHOOLS}\n{rule}\n")[0]


def test_a_table_has_either_columns_or_rows_of_its_own():
    assert "rows of its own" in problems(HEAD + '[[table]]\nname = "groups"\n')[0]


def test_a_text_that_is_not_toml_is_explained():
    assert problems(HEAD + 'x = "')[0].startswith("m.toml, line 11: this is not valid TOML")


def test_a_folder_without_mappings_is_a_problem(tmp_path):
    with pytest.raises(ProblemsError, match="There is no mapping here"):
        load_mappings(tmp_path)


def test_problems_of_all_mappings_of_a_folder_are_told(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("[source]\n", encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load_mappings(tmp_path)
    assert {problem.file for problem in caught.value.problems} == {"a.toml", "b.toml"}


def test_a_mapping_is_read_from_its_file(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text("\ufeff" + HEAD + SCHOOLS, encoding="utf-8")
    assert load_mapping(path) == parse_mapping(HEAD + SCHOOLS, file_name="m.toml")
