"""Show a written report in a browser, from this computer alone."""

import os
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class _Handler(SimpleHTTPRequestHandler):
    """Files of the report; its page at the root; /healthz says that the server is up."""

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/healthz":
            self.send_response(HTTPStatus.OK)
            self.end_headers()
        else:
            super().do_GET()

    def list_directory(self, _path: object) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", "/report.html")
        self.end_headers()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the terminal holds the summary."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader who left before a file was there."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(folder: Path, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve a report's folder on the loopback address until interrupted; 0 takes any free port.

    `ready` is told the address once it answers. Where there is a screen the page is opened. Raises OSError if the port
    is taken.
    """
    with suppress(KeyboardInterrupt), _Server(("127.0.0.1", port), partial(_Handler, directory=str(folder))) as server:
        address = f"http://localhost:{server.server_port}"
        ready(address)
        if _has_screen():
            webbrowser.open(address)
        server.serve_forever()


def _has_screen() -> bool:
    """Whether a browser that needs no terminal can be opened."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
