"""The link of a mail: one page, one button, no sign-in."""

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from allcity.site.directory import domain
from allcity.site.directory.queries.histories import facts
from allcity.site.directory.views.finding import address, public_address


@never_cache
def still_true(request: HttpRequest, token: str) -> HttpResponse:
    """Show the record with one button; pressed, the person of the link has confirmed it.

    The link is refused where its person no longer looks after the record. Reading it changes nothing, for mail servers do.
    """
    found = domain.read_token(token)
    if found is None or not rules.has_perm("directory.change", found[1], found[0]):
        return render(request, "directory/still_true_gone.html", status=410)
    record, user = found
    done = request.method == "POST"
    if done:
        record = domain.confirm(record=record, user=user)
    context = {
        "record": record,
        "facts": facts(record),
        "done": done,
        "edit": address(record, "edit-record"),
        "public_address": public_address(record) if record.city.is_public else "",
    }
    return render(request, "directory/still_true.html", context)


still_true.permission = "by signed link"  # type: ignore[attr-defined] # the reference reads it there
