"""A consent, for whoever gave it: what it is for, and the button that takes it back. No account is needed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allcity.site.publishing.media import queries
from allcity.site.publishing.media.consents import subject_of, withdraw_consent
from allcity.site.publishing.models import Consent, Picture

NOT_FOUND = 404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody agreed to. It is taken back with a button: programs that look into mail follow links."""
    found = Consent.objects.select_related("picture", "video").filter(token=token).first()
    if found is None:
        return render(request, "publishing/media/consent_over.html", status=NOT_FOUND)
    if request.method == "POST":
        withdraw_consent(consent=found)
        messages.success(request, _("Your consent is taken back. It is shown nowhere on this site any more."))
        return redirect("consent", token)
    of = subject_of(found)
    city = queries.city_of(of)
    context = {
        "consent": found,
        "of": of,
        "is_picture": isinstance(of, Picture),
        "see": not queries.is_stopped(of),
        "city": city if city and city.is_public else None,
    }
    return render(request, "publishing/media/consent.html", context)
