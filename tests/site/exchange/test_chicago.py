"""Chicago from its raw exports in the browser: the same city, and the same figures, as from the command line."""

import json
from pathlib import Path

import pytest
from tests.factories.site import city as made_city
from tests.factories.site import holder, signed_in
from tests.site.exchange.journey import files_of, imported

from allcity.analysis.examine import examine
from allcity.formats.folder import read_folder
from allcity.formats.importing import import_mapping
from allcity.reports.tables import figures_json
from allcity.site.cities.models import Role
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination
from allcity.site.insight import domain as insight

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "chicago"
MAPPINGS = ROOT / "examples" / "chicago"
YEAR = 2022

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"Chicago's exports are not at {DATA}")


@pytest.mark.django_db
def test_figures_are_those_of_the_command_line(tmp_path, monkeypatch):
    import_mapping(MAPPINGS, data=DATA, folder=tmp_path / "city")
    there = read_folder(tmp_path / "city")
    city = made_city("Chicago")
    imported(signed_in(holder(city, Role.COORDINATOR)), city, files_of(MAPPINGS, DATA))
    city.refresh_from_db()
    here = read_city(city)
    assert all(here.tables[name].equals(there.tables[name]) for name in there.tables)
    # The other years take as long again, and go the same way.
    monkeypatch.setattr(type(here), "years", [YEAR])
    insight.examine_city(city=city)
    stored = Examination.objects.get(city=city, year=YEAR).figures
    assert stored == json.loads(figures_json(examine(there.city_year(YEAR))))
