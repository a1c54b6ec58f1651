"""From files to records: what is tried out, told, brought in, refused, and taken back."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from tests.factories.folders import EXPORT, MAPPING, SETTINGS, city_of, three_schools
from tests.factories.site import city as made_city
from tests.factories.site import holder, signed_in
from tests.site.exchange.journey import begun, files_of, go, imported, look, page, sent, states

from allcity.site.cities.models import Role
from allcity.site.directory.models import School, SchoolYear
from allcity.site.exchange import tasks, workflow
from allcity.site.exchange.files import names_of, place_of
from allcity.site.exchange.models import Import
from allcity.site.exchange.tables import read_city

pytestmark = pytest.mark.django_db
STEPS = ("import", *(f"import-{one}" for one in ["upload", "remove", "try", "confirm", "undo", "discard", "problems"]))
HERE = SETTINGS.replace("riverton", "testville").replace("Riverton", "Testville").encode()
FILES = {"schools.csv": EXPORT.encode(), "register.toml": MAPPING.encode()}


@pytest.fixture
def folder(tmp_path):
    """A city folder of the city that is here."""
    return files_of(city_of(tmp_path / "folder", three_schools(), settings=HERE.decode()))


def names(city):
    return sorted(School.objects.of(city).current().values_list("name", flat=True))


def test_files_with_their_mapping(client, city):
    record = begun(client, city)
    sent(client, record, FILES)
    tried = page(go(client, record, "import-try"))
    assert "What this import would change" in tried
    assert names(city) == []
    done = page(go(client, record, "import-confirm"))
    assert "This import is done" in done
    assert reverse("city:front", args=[city.slug]) in done
    assert names(city) == ["Bunche", "Clark", "Ñuñoa"]
    city.refresh_from_db()
    assert read_city(city).tables["students"]["students"].sum() == 600


def test_the_account_says_what_changes_from_what_to_what(client, city):
    imported(client, city, FILES)
    record = begun(client, city)
    sent(client, record, FILES | {"schools.csv": EXPORT.replace("Clark", "Clark Academy").encode()})
    go(client, record, "import-try")
    record.refresh_from_db()
    (schools,) = record.account["tables"]
    assert (schools["added"], schools["changed"], schools["removed"]) == (0, 1, 0)
    assert schools["cells"] == [{"record": "3, 2022", "column": "name", "old": "Clark", "new": "Clark Academy"}]
    assert "Clark → Clark Academy" in look(client, record)


def test_what_is_wrong_is_told_by_row_and_as_a_file_to_correct(client, city):
    wrong = EXPORT + '4,"=HYPERLINK(""x"")",K-3,95,-87,many\n5,<script>alert(1)</script>,nonsense,41,-87,10\n'
    record = begun(client, city)
    sent(client, record, FILES | {"schools.csv": wrong.encode()})
    tried = page(go(client, record, "import-try"))
    assert "&lt;script&gt;" not in tried or "<script>alert" not in tried
    assert "Row by row" in tried
    answer = client.get(reverse("city:import-problems", args=[city.slug, record.public_id]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert {(row["file"], row["row"], row["column"]) for row in rows} >= {
        ("schools.csv", "5", "students"),
        ("schools.csv", "6", "grades"),
    }
    assert all(row["problem"] for row in rows)
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_what_is_wrong_is_told_in_the_language_of_whoever_reads_it(client, city):
    record = begun(client, city)
    wrong = EXPORT + '4,"=HYPERLINK(""x"")",K-3,95,-87,many\n5,Five,nonsense,41,-87,10\n'
    sent(client, record, FILES | {"schools.csv": wrong.encode()})
    go(client, record, "import-try")
    assert "is no grade; grades are PK, K and 1 to 12" in look(client, record)
    with translation.override("es"):
        spanish = look(client, record)
        file = client.get(reverse("city:import-problems", args=[city.slug, record.public_id]))
    assert "no es un grado; los grados son PK, K y de 1 a 12" in spanish
    assert "is no grade" not in spanish
    rows = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode())))
    assert "Corrija la celda, o dele un código en la correspondencia." in {row["remedy"] for row in rows}
    assert {row["problem"] for row in rows} >= {'"NONSENSE" no es un grado; los grados son PK, K y de 1 a 12.'}


def test_files_that_cannot_be_read_are_told_in_the_language_of_whoever_reads_it(client, city):
    record = begun(client, city)
    sent(client, record, FILES | {"schools.csv": EXPORT.replace("Clark", "Cl\0rk").encode("utf-16")})
    go(client, record, "import-try")
    assert states([record]) == [Import.State.FAILED]
    record.refresh_from_db()
    (problem,) = record.problems
    assert (problem["row"], problem["column"], problem["value"]) == (4, "School", "Cl\ufffdrk")
    with translation.override("es"):
        spanish = look(client, record)
    assert "La celda contiene un carácter que no es texto (NUL)." in spanish
    assert "Los archivos tienen problemas." in spanish


def test_a_map_that_is_no_utf_8_is_refused_with_its_name(client, city):
    record = begun(client, city)
    sent(client, record, FILES | {"backdrop.geojson": '{"type": "FeatureCollection", "features": []}'.encode("utf-16")})
    go(client, record, "import-try")
    record.refresh_from_db()
    assert [one["file"] for one in record.problems] == ["backdrop.geojson"]


def test_markup_and_formulas_are_text(client, city):
    files = FILES | {
        "schools.csv": EXPORT.replace("Clark", "<script>alert(1)</script>").replace("Bunche", "=1+1").encode()
    }
    record = imported(client, city, files)
    assert names(city) == ["<script>alert(1)</script>", "=1+1", "Ñuñoa"]
    assert "<script>alert" not in look(client, record)
    table = client.get(reverse("city:export-table", args=[city.slug, "schools", "csv"]))
    assert b",'=1+1," in b"".join(table.streaming_content)


def test_wrong_encoding_is_told_and_nothing_is_changed(client, city):
    record = begun(client, city)
    sent(client, record, FILES | {"schools.csv": EXPORT.encode("latin-1")})
    tried = page(go(client, record, "import-try"))
    assert "not in the encoding UTF-8" in tried
    assert "CSV UTF-8" in tried
    assert states([record]) == [Import.State.FAILED]
    sent(client, record, FILES)
    go(client, record, "import-try")
    assert states([record]) == [Import.State.CHECKED]


def test_a_file_that_a_mapping_misses_is_named(client, city):
    record = begun(client, city)
    assert "schools.csv, which register.toml reads" in sent(client, record, {"register.toml": MAPPING.encode()})
    assert "not complete" in page(go(client, record, "import-try"))
    assert states([record]) == [Import.State.DRAFT]


def test_a_mapping_that_cannot_be_used_is_told_with_its_line(client, city):
    record = begun(client, city)
    said = sent(
        client, record, FILES | {"register.toml": MAPPING.replace('name = "School"', 'nme = "School"').encode()}
    )
    assert "register.toml" in said
    assert "nme" in said


def test_a_whole_city_folder_takes_the_place_of_what_was_there(client, city, folder):
    imported(client, city, FILES)
    imported(client, city, folder)
    assert names(city) == ["School 1", "School 2", "School 3"]
    city.refresh_from_db()
    assert city.settings_text.encode() == HERE


def test_the_folder_of_another_city_is_refused(client, city, folder):
    record = begun(client, city)
    said = sent(client, record, folder | {"city.toml": SETTINGS.encode()})
    assert "that of another city, riverton" in said
    assert "not complete" in page(go(client, record, "import-try"))


def test_tables_in_the_citys_own_form_are_put_over_what_is_there(client, city, folder):
    imported(client, city, folder)
    rows = b"school_id,year,name,grades,source_id,as_of\n"
    rows += b"s1,2022,First,K;1,register,2023-02-01\ns9,2022,Ninth,K,register,2023-02-01\n"
    record = imported(client, city, {"schools.csv": rows})
    assert names(city) == ["First", "Ninth", "School 2", "School 3"]
    assert record.account["read"] == [["schools.csv", 2]]
    one = SchoolYear.objects.of(city).get(school__key="s1")
    assert one.latitude is not None


def test_a_table_with_wrong_cells_brings_in_the_rest(client, city, folder):
    imported(client, city, folder)
    rows = b"school_id,year,grade,group_id,students,source_id,as_of\n"
    rows += b"s1,2022,all,all,lots,register,2023-02-01\ns2,2022,all,all,222,register,2023-02-01\n"
    record = begun(client, city)
    sent(client, record, {"students.csv": rows})
    tried = page(go(client, record, "import-try"))
    assert "lots" in tried
    go(client, record, "import-confirm")
    students = read_city(city).tables["students"]
    assert dict(students.select("school_id", "students").iter_rows()) == {"s1": 100, "s2": 222, "s3": 100}


def test_two_imports_at_once_are_kept_apart(client, city):
    first, second = (begun(client, city) for _ in range(2))
    for record in (first, second):
        sent(client, record, FILES)
        go(client, record, "import-try")
    Import.objects.filter(pk=first.pk).update(state=Import.State.RUNNING, touched_at=timezone.now())
    assert "Another import of this city is at work" in page(go(client, second, "import-confirm"))
    assert states([first, second]) == [Import.State.RUNNING, Import.State.CHECKED]
    elsewhere = made_city("Elsewhere")
    imported(signed_in(holder(elsewhere, Role.COORDINATOR)), elsewhere, FILES)


def test_work_that_was_cut_off_is_let_go(client, city):
    record = begun(client, city)
    sent(client, record, FILES)
    go(client, record, "import-try")
    Import.objects.filter(pk=record.pk).update(state=Import.State.RUNNING, touched_at=timezone.now())
    look(client, record)
    assert states([record]) == [Import.State.RUNNING]
    Import.objects.filter(pk=record.pk).update(touched_at=timezone.now() - timedelta(minutes=20))
    assert "The work was interrupted" in look(client, record)
    assert names(city) == []
    # The worker that comes back too late finds that nobody waits for it.
    tasks.run_import.enqueue(record.pk)
    assert names(city) == []
    go(client, record, "import-try")
    go(client, record, "import-confirm")
    assert len(names(city)) == 3


@pytest.mark.parametrize("where", ["bring", "put"])
def test_a_crash_changes_nothing_and_says_so(client, city, monkeypatch, where):
    record = begun(client, city)
    sent(client, record, FILES)
    go(client, record, "import-try")

    def crash(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(workflow, where, crash)
        assert "not your fault" in page(go(client, record, "import-confirm"))
    assert states([record]) == [Import.State.FAILED]
    assert names(city) == []


def test_a_crash_after_the_first_rows_leaves_none_of_them(client, city, monkeypatch):
    record = begun(client, city)
    sent(client, record, FILES)
    go(client, record, "import-try")

    def crash(*args, **kwargs):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("allcity.site.exchange.domain.note_change", crash)
        go(client, record, "import-confirm")
    assert states([record]) == [Import.State.FAILED]
    assert names(city) == []


def test_what_somebody_changes_meanwhile_is_not_lost(client, city, folder, monkeypatch):
    imported(client, city, folder)
    record = begun(client, city)
    sent(client, record, {"schools.csv": EXPORT.encode(), "register.toml": MAPPING.encode()})
    go(client, record, "import-try")
    bring, changed = workflow.bring, []

    def slowly(record, *, progress):
        found = bring(record, progress=progress)
        if not changed:
            changed.append(SchoolYear.objects.of(city).filter(school__key="s1").update(name="Renamed"))
            workflow.put.__globals__["note_change"](city)
        return found

    monkeypatch.setattr(workflow, "bring", slowly)
    go(client, record, "import-confirm")
    assert states([record]) == [Import.State.DONE]
    assert SchoolYear.objects.of(city).get(school__key="s1").name == "Renamed"
    assert "Bunche" in names(city)


def test_an_import_is_taken_back(client, city, folder):
    imported(client, city, folder)
    before = read_city(city).tables
    record = imported(client, city, FILES)
    assert "Take this import back?" in look(client, record, "import-undo")
    assert "was taken back" in page(go(client, record, "import-undo"))
    for name, table in read_city(city).tables.items():
        assert table.equals(before[name]), name


def test_what_was_changed_since_stays_when_an_import_is_taken_back(client, city):
    record = imported(client, city, FILES)
    SchoolYear.objects.of(city).filter(name="Clark").update(name="Clark Academy")
    undone = page(go(client, record, "import-undo"))
    assert "These stay as they are" in undone
    # The year stays as somebody changed it, and with it the source that it names.
    record.refresh_from_db()
    assert {table for table, _key, _column in record.account["stays"]} == {"schools", "sources"}
    kept = read_city(city).tables
    assert kept["schools"]["name"].to_list() == ["Clark Academy"]
    assert kept["sources"]["source_id"].to_list() == ["register"]
    assert kept["students"].is_empty()


def test_a_record_that_others_need_stays_when_an_import_is_taken_back(client, city, folder):
    record = imported(client, city, {"schools.csv": EXPORT.encode(), "register.toml": MAPPING.encode()})
    more = b"school_id,year,grade,group_id,students,source_id,as_of\n1,2022,K,all,5,register,2023-02-01\n"
    imported(client, city, {"students.csv": more})
    go(client, record, "import-undo")
    record.refresh_from_db()
    assert ["schools", "1, 2022", None] in record.account["stays"] or ["schools", "1, 2022", None] in [
        list(one) for one in record.account["stays"]
    ]
    kept = read_city(city)
    assert kept.tables["students"].rows()[0][:5] == ("1", 2022, "K", "all", 5)


def test_an_import_can_be_thrown_away(client, city):
    record = begun(client, city)
    sent(client, record, FILES)
    place = place_of(record)
    assert "Throw this import away?" in look(client, record, "import-discard")
    go(client, record, "import-discard")
    assert not Import.objects.exists()
    assert not place.exists()


def test_files_are_removed_after_a_month_and_undo_stays(client, city):
    record = imported(client, city, FILES)
    young = begun(client, city)
    sent(client, young, FILES)
    Import.objects.filter(pk=record.pk).update(touched_at=timezone.now() - timedelta(days=31))
    place = place_of(record)
    tasks.clear_up_imports.enqueue()
    assert not place.exists()
    assert len(names_of(young)) == 2
    go(client, record, "import-undo")
    assert names(city) == []


def test_steps_out_of_turn_are_refused_kindly(client, city):
    record = imported(client, city, FILES)
    for step, values in (("import-try", {}), ("import-confirm", {}), ("import-remove", {"name": "schools.csv"})):
        assert "gone on meanwhile" in page(go(client, record, step, **values))
    assert states([record]) == [Import.State.DONE]


def test_progress_is_shown_without_scripts(client, city):
    record = begun(client, city)
    Import.objects.filter(pk=record.pk).update(
        state=Import.State.CHECKING, step="schools.csv", steps=4, steps_done=2, touched_at=timezone.now()
    )
    said = look(client, record)
    assert "reading schools.csv" in said
    assert '<progress id="how-far" max="4" value="2">' in said
    assert "Look again" in said


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(client, city, coordinator, django_assert_num_queries, rows):
    for _ in range(rows):
        workflow.start_import(city=city, user=coordinator)
    client.get(reverse("city:imports", args=[city.slug]))
    with django_assert_num_queries(12, exact=False):
        client.get(reverse("city:imports", args=[city.slug]))


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.EDITOR])
def test_imports_are_for_coordinators_alone(city, coordinator, role):
    record = workflow.start_import(city=city, user=coordinator)
    client = signed_in(holder(city, role)) if role else signed_in(holder(made_city("Elsewhere"), Role.COORDINATOR))
    assert client.get(reverse("city:imports", args=[city.slug])).status_code == 403
    assert client.post(reverse("city:imports", args=[city.slug])).status_code == 403
    for step in STEPS:
        url = reverse(f"city:{step}", args=[city.slug, record.public_id])
        assert client.get(url).status_code == 403, step
        assert client.post(url).status_code == 403, step
    assert Import.objects.count() == 1


def test_an_import_is_not_found_in_another_city(client, city, coordinator):
    elsewhere = made_city("Elsewhere")
    other = workflow.start_import(city=elsewhere, user=coordinator)
    assert client.get(reverse("city:import", args=[city.slug, other.public_id])).status_code == 404
