"""Asking whether a link answers: nothing but the public web is reached, whatever a name means and wherever it redirects."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.site.publishing.resources import asking
from allcity.site.publishing.resources.asking import MOST_BYTES, MOST_REDIRECTS, NO_ANSWER, Asker, is_public

PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "localhost", "",
]  # fmt: skip


class Site(BaseHTTPRequestHandler):
    """A site whose paths say how it answers."""

    seen: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def _answer(self) -> None:
        type(self).seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        status, _, more = self.path.strip("/").partition("/")
        if status == "hangs-up-at-head":
            if self.command == "HEAD":
                self.close_connection = True
                return
            status = "200"
        if status == "no-head":
            status = "405" if self.command == "HEAD" else "200"
        if status == "around":
            self.send_response(302)
            self.send_header("Location", f"/around/{int(more) + 1}")
        elif status == "to":
            self.send_response(301)
            self.send_header("Location", more.replace("_", "/"))
        elif status == "nowhere":
            self.send_response(302)
        elif status == "large":
            self.send_response(404 if self.command == "HEAD" else 200)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(b"x" * MOST_BYTES * 2)
            return
        else:
            self.send_response(int(status))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = _answer  # noqa: N815 - as the server calls them

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as found:
        Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def place(server):
    Site.seen = []
    return f"http://site.example:{server.server_port}"


@pytest.fixture
def asker(server):
    """One to whom every name is that of our site, and our site is as good as public."""
    return Asker(
        resolve=lambda host, port: ["127.0.0.1"],
        is_allowed=lambda address: True,
        ports=frozenset({server.server_port}),
        seconds=5,
        pause=0,
    )


@pytest.fixture
def called(monkeypatch):
    """The addresses to which somebody would have connected. Nothing is."""
    found = []

    def connect(address, **more):
        found.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


# --- Whom it calls ---


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet_may_be_asked(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_other_address_may_be(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_written_inside_a_newer_one_is_judged_as_itself(address):
    if not is_public(str(address)):
        assert not is_public(f"::ffff:{address}")
        assert not is_public(f"64:ff9b::{address}")
    else:
        assert is_public(f"::ffff:{address}")


@pytest.mark.parametrize("address", [each for each in PRIVATE if each])
def test_nobody_calls_a_name_that_means_an_address_of_no_public_internet(called, address):
    assert Asker(resolve=lambda host, port: [address]).ask("https://innocent.example/") == NO_ANSWER
    assert Asker(resolve=lambda host, port: ["8.8.8.8", address]).ask("https://innocent.example/") == NO_ANSWER
    assert Asker(resolve=lambda host, port: []).ask("https://innocent.example/") == NO_ANSWER
    assert called == []
    Asker(resolve=lambda host, port: ["8.8.8.8"]).ask("https://innocent.example/")
    assert set(called) == {"8.8.8.8"}  # the way there is what was looked at, and no other


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/", "http://127.1/",
        "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "https://8.8.8.8:22/", "http://8.8.8.8:25/",
        "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "https://ada:secret@8.8.8.8/", "//8.8.8.8/", "",
        "https:///path", "https://8.8.8.8:99999/", "http://[::1", "https://exa mple/", "https://" + "a" * 70 + ".example/",
    ],
)  # fmt: skip
def test_nobody_is_called_by_an_address_that_is_not_of_the_web(called, url):
    def resolve(host, port):
        return asking.resolve(host, port) if host.replace(".", "").isalnum() and host[0].isdigit() else [host]

    assert Asker(resolve=resolve).ask(url) == NO_ANSWER
    assert called == []


def test_a_name_that_cannot_be_found_is_no_answer(called):
    def resolve(host, port):
        raise socket.gaierror

    assert Asker(resolve=resolve).ask("https://gone.example/") == NO_ANSWER


def test_a_redirect_into_somebodys_own_network_is_not_followed(place, asker, server):
    asker.resolve = lambda host, port: ["127.0.0.1"] if host == "site.example" else ["10.0.0.8"]
    asker.is_allowed = lambda address: address == "127.0.0.1"
    inside = f"http:__router.example:{server.server_port}_200"
    assert asker.ask(f"{place}/to/{inside}") == NO_ANSWER
    assert [path for _method, path, _headers in Site.seen] == [f"/to/{inside}"]
    assert asker.ask(f"{place}/to/{inside.replace('router', 'site')}") == 200
    assert asker.ask(f"{place}/to/file:___etc_passwd") == NO_ANSWER
    assert asker.ask(f"{place}/to/http:__site.example:1_200") == NO_ANSWER  # another port


def test_the_name_is_looked_up_once_for_each_request(place, asker):
    looked = []

    def resolve(host, port):
        looked.append(host)
        return ["127.0.0.1"] if len(looked) == 1 else ["10.0.0.8"]

    asker.resolve = resolve
    assert asker.ask(f"{place}/200") == 200
    assert looked == ["site.example"]


# --- What it asks ---


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404, 410, 429, 500, 503])
def test_the_answer_is_the_status(place, asker, status):
    assert asker.ask(f"{place}/{status}") == status


def test_the_short_question_comes_first_and_the_longer_one_where_that_is_refused(place, asker):
    assert asker.ask(f"{place}/200") == 200
    assert [method for method, _path, _headers in Site.seen] == ["HEAD"]
    for path in ("no-head", "hangs-up-at-head", "large", "416"):
        Site.seen = []
        assert asker.ask(f"{place}/{path}") == 200, path
        assert [method for method, _path, _headers in Site.seen] == ["HEAD", "GET"]
        assert Site.seen[1][2]["range"] == f"bytes=0-{MOST_BYTES - 1}"


def test_it_says_who_asks_and_brings_nothing_else(place, asker):
    asker.ask(f"{place}/200")
    ((_method, _path, headers),) = Site.seen
    assert headers.pop("user-agent").startswith("Allcity/")
    assert headers.pop("host") == place.removeprefix("http://")
    assert headers == {"accept": "*/*", "connection": "close"}


def test_letters_of_every_language_are_sent_as_a_request_may_have_them(place, asker):
    assert asker.ask(f"{place}/200/año?q=ñ b") == 200
    assert Site.seen[0][1] == "/200/a%C3%B1o?q=%C3%B1%20b"


def test_redirects_are_followed_to_their_end_and_not_on_and_on(place, asker):
    assert asker.ask(f"{place}/to/_404") == 404
    assert asker.ask(f"{place}/nowhere") == NO_ANSWER
    Site.seen = []
    assert asker.ask(f"{place}/around/0") == NO_ANSWER
    assert len(Site.seen) == MOST_REDIRECTS + 1


def test_two_questions_to_the_same_site_have_a_pause_between_them(place, asker):
    now, slept = [0.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    asker.pause, asker.sleep, asker.clock = 2.0, sleep, lambda: now[0]
    asker.ask(f"{place}/200")
    asker.ask(f"{place}/200")
    assert slept == [2.0]
    asker.ask(place.replace("site", "other") + "/200")
    assert slept == [2.0]


def test_a_site_that_never_finishes_is_given_up(asker):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        asker.ports, asker.seconds_in_all = frozenset({port}), 0.2
        assert asker.ask(f"http://site.example:{port}/") == NO_ANSWER
        asker.seconds, asker.seconds_in_all = 0.2, 30
        assert asker.ask(f"http://site.example:{port}/") == NO_ANSWER


def test_what_cannot_prove_who_it_is_is_no_answer(asker, server):
    Site.seen = []
    assert asker.ask(f"https://site.example:{server.server_port}/200") == NO_ANSWER
    assert Site.seen == []
