"""The pages of a city's settings in a browser, and a city whose settings have something of everything."""

import tomllib

from django.test import Client

from allcity.site.cities.models import City

TEXT = """\
# Who we are.
[city]
id = "testville"  # never changes
name = "Testville"
time_zone = "America/Chicago"
languages = ["en", "es"]

# What families told us.
[targets]
fee_limit = 60  # for one term

# Our own question.
[sections.access.questions.own_question]
text = "Do they sing?"
help = "Anywhere."
answered_by = ["students"]
scale = "students"
"""


def address(rest: str = "") -> str:
    return f"/en/testville/workspace/settings/{rest}"


def shown_form(client: Client, url: str) -> dict[str, object]:
    """What a browser would send back of the form on a page, as it is."""
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def saved(client: Client, url: str, /, **changes: object) -> None:
    """Change a form, look at the preview, and confirm it."""
    sent = shown_form(client, url) | changes
    preview = client.post(url, sent)
    assert preview.status_code == 200
    assert "posted" in preview.context, preview.context["form"].errors
    assert client.post(url, {**sent, "confirm": "1"}).status_code == 302


def own(town: City) -> dict:
    town.refresh_from_db()
    return tomllib.loads(town.settings_text)
