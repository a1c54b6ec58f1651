"""The page that shows every part."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from allcity.site.components import showcase


def look(request: HttpRequest) -> HttpResponse:
    """Every part that pages are made of, in every state. Its places and figures are made up."""
    return render(
        request,
        "components/look.html",
        {
            "section": showcase.section(),
            "numbers": showcase.NUMBERS,
            "records": showcase.records(),
            "filters": showcase.ExampleFilters(prefix="filter"),
            "form": showcase.ExampleForm(),
            "wrong": showcase.wrong_form(),
            "page": Paginator(range(190), 10).get_page(request.GET.get("page")),
        },
    )
