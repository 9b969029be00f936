"""GitHub's comments, as far as the action asks for them: a server on this machine."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT = {"login": "github-actions[bot]", "type": "Bot"}
MOST = 65_536


class GitHub(ThreadingHTTPServer):
    """The server. ``refusal`` answers all writing, ``raw`` all reading.

    ``asked`` are the requests, each with its method, its path and its token.
    """

    daemon_threads = True

    def __init__(self, refusal: int = 0, raw: bytes | None = None) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Answer)
        self.comments: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.refusal = refusal
        self.raw = raw
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, body: str, author: object = None) -> None:
        """Have a comment there already."""
        self.comments.append({"id": len(self.comments), "body": body, "user": author})


class _Answer(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        """List a page of the comments."""
        if self.server.raw is not None:
            self._send(200, self.server.raw)
            return
        query = parse_qs(urlsplit(self.path).query)
        size, page = int(query["per_page"][0]), int(query["page"][0])
        self._answer(200, self.server.comments[size * (page - 1) : size * page])

    def do_POST(self) -> None:
        """Add a comment."""
        self._write(None)

    def do_PATCH(self) -> None:
        """Change a comment."""
        self._write(int(self.path.rpartition("/")[2]))

    def _write(self, found: int | None) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        if self.server.refusal:
            message = {"message": "Resource not accessible by integration"}
            self._answer(self.server.refusal, message)
            return
        if len(body) > MOST:
            self._answer(422, {"message": "Validation Failed"})
            return
        if found is None:
            self.server.add("", BOT)
        comment = self.server.comments[-1 if found is None else found]
        comment["body"] = body
        self._answer(200, comment | {"html_url": "https://example.org/1"})

    def _answer(self, code: int, document: object) -> None:
        self._send(code, json.dumps(document).encode())

    def _send(self, code: int, text: bytes) -> None:
        token = self.headers["Authorization"]
        self.server.asked.append((self.command, self.path.partition("?")[0], token))
        self.send_response(code)
        if code == 302:
            self.send_header("Location", f"{self.server.address}/elsewhere")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for at in range(0, len(text), 65_536):
                self.wfile.write(text[at : at + 65_536])
                if code == 200 and text.startswith(b"slow"):
                    time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def github(refusal: int = 0, raw: bytes | None = None) -> Iterator[GitHub]:
    """Serve for a while."""
    server = GitHub(refusal, raw)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
