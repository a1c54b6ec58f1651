"""Figures are made in the background, whenever records have changed."""

from django_tasks import task

from allcity.site.cities.models import City
from allcity.site.figures.models import Examination
from allcity.site.insight.domain import examine_city, keep_reports


@task()
def refresh_figures(city_id: int, data_version: int) -> None:
    """Examine a city anew, unless its data has changed once more since this was asked for: then the later asking does."""
    city = City.objects.filter(pk=city_id, data_version=data_version).first()
    if city is not None:
        examine_city(city=city)
        keep_report_files.enqueue(city_id)


@task()
def keep_report_files(city_id: int) -> None:
    """Set the reports of a city on paper."""
    city = City.objects.filter(pk=city_id).first()
    if city is not None:
        keep_reports(city=city)


@task()
def judge_as_days_pass() -> None:
    """Judge the partnerships of running years by the day that it is. Figures whose records have not changed stay."""
    for city in City.objects.filter(pk__in=Examination.objects.values("city")):
        examine_city(city=city)


def ask_for_figures(city: City) -> None:
    """Have the city's figures made anew."""
    refresh_figures.enqueue(city.pk, city.data_version)
