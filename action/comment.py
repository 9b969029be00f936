"""The comment on a pull request: found again by its first line, and written anew.

It is an extra. Whoever opens a pull request from a fork has a token that may only read, and that
mustn't decide anything.
"""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from opspolicy import encode
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

MOST = 65_536
"""Characters that GitHub takes."""
ROOM = 65_000
"""Bytes that a comment has, with what is added where it is cut."""
FENCE = re.compile(r"`{3,}")

EACH, ALL = 10, 60
"""Seconds for one answer to begin, and for all of it to be over."""
PAGE, MOST_PAGES = 100, 30
MOST_BYTES = 32 * 1024 * 1024
REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
READ_ONLY = "a pull request from a fork has a token that may only read"
WITHOUT = "the job needs `permissions: {pull-requests: write}`"
REFUSED = {401: WITHOUT, 403: f"{WITHOUT}, and {READ_ONLY}", 404: f"{WITHOUT}, and {READ_ONLY}"}


class CommentError(Exception):
    """Why there is no comment."""


class Thread(NamedTuple):
    """The pull request to comment on: its repository, `owner/name`, at an API, and its number."""

    api: str
    repository: str
    number: int
    token: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nobody anywhere: the token would go along."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def publish(thread: Thread, marker: str, body: str) -> str:
    """Write the comment that begins with ``marker``, anew where there is one; return its address.

    Raises CommentError where that can't be, after a minute at the latest.
    """
    if not REPOSITORY.fullmatch(thread.repository) or not thread.api.startswith(
        ("https://", "http://")
    ):
        message = "the runner doesn't say which repository this is"
        raise CommentError(message)
    caller = _Caller(thread, time.monotonic() + ALL)
    comments = f"{thread.api}/repos/{thread.repository}/issues"
    text = body if body.startswith(f"{marker}\n") else f"{marker}\n{body}"
    for each in _comments(caller, f"{comments}/{thread.number}/comments"):
        if _is_ours(each, marker):
            return _address(
                caller.call("PATCH", f"{comments}/comments/{each['id']}", {"body": text})
            )
    return _address(caller.call("POST", f"{comments}/{thread.number}/comments", {"body": text}))


def fitted(page: str, place: str, address: str) -> str:
    """Return as many whole lines of a page as a comment has room for, and where the others are.

    That is in the summary or in the log of the run at the address.
    """
    room = ROOM
    if _size(page) <= room:
        return page
    rest = f"\n\nThe rest is in [the {place} of the run]({address}).\n"
    room -= _size(rest) + 200
    kept: list[str] = []
    # Where a fence is open the page is as long as before it.
    safe, fence = 0, ""
    for line in page.split("\n"):
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(line)
        mark = FENCE.match(line)
        if mark is not None:
            fence = "" if line == fence else (fence or mark[0])
        if not fence:
            safe = len(kept)
    return "\n".join(kept[:safe]) + rest


class _Caller(NamedTuple):
    """Asks the API, until it is time to stop."""

    thread: Thread
    deadline: float

    def call(self, method: str, url: str, body: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - as varied as JSON
        """Return what the API answers; raises CommentError."""
        if time.monotonic() > self.deadline:
            message = f"GitHub has taken more than {ALL} seconds"
            raise CommentError(message)
        data = None if body is None else json.dumps(body).encode()
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.thread.token}",
            "Content-Type": "application/json",
            "User-Agent": "opspolicy",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        try:
            # The address is the runner's own, and of http or https.
            asked = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
            opener = urllib.request.build_opener(_NoRedirect)
            with opener.open(asked, timeout=EACH) as answer:
                return json.loads(self._whole(answer))
        except urllib.error.HTTPError as error:
            with error:
                why = REFUSED.get(error.code, "")
            message = f"GitHub answers {error.code} {error.reason}"
            raise CommentError(f"{message}: {why}" if why else message) from error
        except urllib.error.URLError as error:
            message = f"GitHub can't be reached: {error.reason}"
            raise CommentError(message) from error
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            message = f"GitHub's answer can't be read: {str(error) or type(error).__name__}"
            raise CommentError(message) from error

    def _whole(self, answer: http.client.HTTPResponse) -> bytes:
        """Read an answer that may come by drops."""
        parts = b""
        while part := answer.read1(65_536):
            parts += part
            if len(parts) > MOST_BYTES or time.monotonic() > self.deadline:
                message = "it has no end"
                raise TimeoutError(message)
        return parts


def _comments(caller: _Caller, url: str) -> Iterator[dict[str, Any]]:
    for number in range(1, MOST_PAGES + 1):
        query = urllib.parse.urlencode({"per_page": PAGE, "page": number})
        found = caller.call("GET", f"{url}?{query}")
        if not isinstance(found, list):
            return
        yield from (each for each in found if isinstance(each, dict))
        if len(found) < PAGE:
            return


def _is_ours(comment: Mapping[str, Any], marker: str) -> bool:
    """Whether a comment has been written by this action, and not by a person who says so.

    A person could change it afterwards.
    """
    body, author = comment.get("body"), comment.get("user")
    by_a_person = isinstance(author, dict) and author.get("type") == "User"
    first = body.partition("\n")[0].strip() if isinstance(body, str) else ""
    return first == marker and not by_a_person and type(comment.get("id")) is int


def _address(comment: object) -> str:
    found = comment.get("html_url") if isinstance(comment, dict) else None
    return encode.terminal(found) if isinstance(found, str) else ""


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
