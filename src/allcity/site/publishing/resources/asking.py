"""Asking whether a link still answers, so that nobody can use this to reach what is not on the public internet.

The name is resolved once and every address behind it looked at; the connection goes to one of those, so that the name cannot
mean something else a moment later. Each redirect is looked at in the same way. Nothing that comes back is kept but its status.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import urljoin, urlsplit

from allcity import __version__

SECONDS = 10.0
"""For connecting, and for each part of an answer."""
SECONDS_IN_ALL = 30.0
MOST_REDIRECTS = 5
MOST_BYTES = 64 * 2**10
PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443})
PAUSE = 2.0
"""Seconds between two requests to the same site."""
AGENT = f"Allcity/{__version__} (checks once a week that links to resources still work)"
NO_ANSWER = 0
_REDIRECTS = (301, 302, 303, 307, 308)
_REFUSED_FROM, _PARTIAL = 400, 416
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAskedError(Exception):
    """An address that is not asked: it is not of the public web, or leads somewhere else than it should."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses behind a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, and so is any other that it stands for."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in (found, *_meant_by(found)))


def _is_public(address: Address) -> bool:
    is_special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in _NAT64:
            return True  # what it stands for is looked at by itself
        is_special = is_special or address.is_site_local
    return address.is_global and not is_special


def _meant_by(address: Address) -> Iterable[Address]:
    """The older addresses that are written inside a newer one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            yield address.ipv4_mapped
        if address.sixtofour:
            yield address.sixtofour
        if address.teredo:
            yield from address.teredo
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & _LAST_32_BITS)


class _Held:
    """A connection that can be ended while something waits for it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def secure(self, host: str) -> None:
        """Speak TLS with the site of this name from now on. Raises `OSError` where its certificate is another's."""
        context = ssl.create_default_context()
        secured = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self.sock = secured
        secured.do_handshake()

    def hang_up(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@dataclass
class Asker:
    """Asks links one after the other, and none of the same site twice within `pause` seconds."""

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = PORTS
    seconds: float = SECONDS
    seconds_in_all: float = SECONDS_IN_ALL
    pause: float = PAUSE
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)

    def ask(self, url: str) -> int:
        """The status with which a link answers at the end of its redirects; `NO_ANSWER` where none comes."""
        try:
            return self._follow(url)
        except (NotAskedError, OSError, http.client.HTTPException, ValueError):
            return NO_ANSWER

    def _follow(self, url: str) -> int:
        for _redirect in range(MOST_REDIRECTS + 1):
            status, location = self._head_or_get(url)
            if status not in _REDIRECTS:
                return status
            if not location:
                raise NotAskedError("It redirects to nowhere.")
            url = urljoin(url, location)
        raise NotAskedError("It redirects on and on.")

    def _head_or_get(self, url: str) -> tuple[int, str]:
        """Status and where it leads. Many sites refuse the short question, so what refuses is asked the longer one."""
        try:
            status, location = self._request(url, "HEAD")
        except (http.client.HTTPException, ConnectionError):  # some hang up at the short question
            return self._request(url, "GET")
        if status < _REFUSED_FROM:
            return status, location
        status, location = self._request(url, "GET")
        return (200, "") if status == _PARTIAL else (status, location)  # a page that is empty has no part to give

    def _request(self, url: str, method: str) -> tuple[int, str]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise NotAskedError("It is no address of the web.")
        host = parts.hostname.rstrip(".").encode("idna").decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if port not in self.ports:
            raise NotAskedError("It is not at a port of the web.")
        addresses = self.resolve(host, port)
        if not addresses or not all(self.is_allowed(address) for address in addresses):
            raise NotAskedError("It is not on the public internet.")
        self._wait(host)
        target = (_quoted(parts.path) or "/") + (f"?{_quoted(parts.query)}" if parts.query else "")
        held = _Held(self._connected(addresses, port))
        end = Timer(self.seconds_in_all, held.hang_up)
        end.daemon = True
        end.start()
        connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
        try:
            if parts.scheme == "https":
                held.secure(host)
            connection.sock = held.sock
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self._headers(parts.scheme, host, port, method).items():
                connection.putheader(name, value)
            connection.endheaders()
            with closing(connection.getresponse()) as answer:
                if method == "GET":
                    answer.read(MOST_BYTES)
                return answer.status, answer.getheader("Location") or ""
        finally:
            end.cancel()
            connection.close()
            held.sock.close()

    @staticmethod
    def _headers(scheme: str, host: str, port: int, method: str) -> dict[str, str]:
        name = f"[{host}]" if ":" in host else host
        is_default = port == (443 if scheme == "https" else 80)
        headers = {
            "Host": name if is_default else f"{name}:{port}",
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Connection": "close",
        }
        return {**headers, "Range": f"bytes=0-{MOST_BYTES - 1}"} if method == "GET" else headers

    def _connected(self, addresses: Iterable[str], port: int) -> socket.socket:
        """A connection to the first of the addresses that takes it."""
        failed: OSError | None = None
        for address in addresses:
            try:
                return socket.create_connection((address, port), timeout=self.seconds)
            except OSError as error:
                failed = error
        raise failed or NotAskedError("There is no address.")

    def _wait(self, host: str) -> None:
        last = self._last.get(host)
        if last is not None and (left := last + self.pause - self.clock()) > 0:
            self.sleep(left)
        self._last[host] = self.clock()


def _quoted(text: str) -> str:
    """Part of an address without letters that no request may have."""
    return "".join(each if "!" <= each <= "~" else "".join(f"%{byte:02X}" for byte in each.encode()) for each in text)
