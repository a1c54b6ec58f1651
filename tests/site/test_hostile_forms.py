"""Whatever somebody types into any form of the site, and into any address with a query, it is answered and never fails."""

from collections import defaultdict
from copy import deepcopy
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from tests.factories.site import signed_in
from tests.site.permissions_world import World
from tests.site.test_permissions import ASKED_FOR, address, world  # noqa: F401 - a fixture

HOSTILE = (
    "",
    "\x00",
    "<script>alert(1)</script>",
    "-1",
    "9" * 30,
    "²",
    "2026-13-45",
    "00000000-0000-0000-0000-000000000000",
    "🎺" * 300 + "'\";--%s{{7*7}}",
    "Ā" * 9000,
)


class Forms(HTMLParser):
    """The forms of a page: where each leads, how, and its fields. A link with a query is a form that is filled in already."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self.links: list[tuple[str, str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        query = parse_qsl(urlsplit(told.get("href", "")).query) if tag == "a" else []
        if query:
            self.links.append((told["href"], "get", dict(query)))
        if tag == "form":
            self.found.append((told.get("action", ""), told.get("method", "get").lower(), {}))
        elif tag in ("input", "select", "textarea", "button") and told.get("name") and self.found:
            self.found[-1][2][told["name"]] = told.get("value", "") if told.get("type") == "hidden" else ""


def sent(client: Client, url: str, method: str, fields: dict[str, str]) -> int:
    """The status of the answer to a form; whatever it does is undone."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url, fields)
        if response.streaming:
            list(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code


@pytest.mark.parametrize("role", ["coordinator", "manager", "nobody"])
def test_no_form_fails_whatever_is_typed(world: World, role: str) -> None:  # noqa: F811
    client = Client() if role == "nobody" else signed_in(world.people[role])
    asked, failed = set(), defaultdict(list)
    for name in ASKED_FOR:
        url = address(name, world, world.city.slug)
        answer = client.get(url)
        if answer.streaming:
            list(answer)  # to its end, where its file is closed
        if answer.status_code != HTTPStatus.OK or "html" not in answer["Content-Type"]:
            continue
        page = Forms(answer.content.decode())
        for action, method, fields in (*page.found, *page.links):
            target = urlsplit(urljoin(url, action or url))
            if target.netloc or (target.path, method, *sorted(fields)) in asked:
                continue
            asked.add((target.path, method, *sorted(fields)))
            for hostile in HOSTILE:
                for kept in (True, False):  # the hidden fields as they are, and hostile too
                    typed = {each: value if kept and value else hostile for each, value in fields.items()}
                    try:
                        status = sent(client, target.path, method, typed)
                    except Exception as error:
                        failed[f"{method} {target.path}"].append(
                            f"{hostile[:20]!r}: {type(error).__name__} {error}"[:300]
                        )
                    else:
                        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                            failed[f"{method} {target.path}"].append(f"{hostile[:20]!r}: {status}")
    assert asked
    assert not failed, "\n".join(f"{where}: {how[0]} (and {len(how) - 1} more)" for where, how in failed.items())
