"""One hop: a request sent, its answer read into a page, a redirect or a FetchError."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import requests
from requests.models import Response
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import Timeout

from publisher.errors import FetchError
from publisher.fetch.answers import Limits, Page
from publisher.fetch.body import BodyError, OversizeError, coding_of, unpacked
from publisher.fetch.connections import AddressError, CheckedAdapter, HostError
from publisher.fetch.refusals import refusal
from publisher.fetch.targets import Target

REDIRECTS = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)
READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked at every hop."""

    headers: Mapping[str, str]
    size_bytes: int
    is_cut: bool = False
    """Take the beginning of a longer body instead of refusing it."""
    method: Literal["GET", "HEAD"] = "GET"

    @property
    def is_conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect."""

    location: str
    is_for_good: bool


class DroppedError(Exception):
    """The connection ended before an answer came."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How hops are made: over this adapter, in these limits, trusting these certificates."""

    adapter: CheckedAdapter
    limits: Limits
    verify: str | bool

    def ask(self, target: Target, wish: Wish, *, left_s: float) -> Page | Hop:
        """GET or HEAD. FetchError, DroppedError."""
        request = requests.Request(wish.method, target.url, headers=dict(wish.headers), auth=target.auth)
        with self._answer(request, target, left_s=left_s) as response:
            return read_answer(response, target, wish)

    def post(
        self, target: Target, data: list[tuple[str, str]], *, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        """POST a form; status and headers, the body unread. FetchError, DroppedError."""
        request = requests.Request("POST", target.url, headers=dict(headers), data=data, auth=target.auth)
        with self._answer(request, target, left_s=self.limits.wall_s) as response:
            return response.status_code, lower_case(response)

    @contextmanager
    def _answer(self, request: requests.Request, target: Target, *, left_s: float) -> Iterator[Response]:
        """The answer with its body unread; whatever fails meanwhile becomes an error of ours."""
        if left_s <= 0:
            raise FetchError(f"it took longer than {self.limits.wall_s:g} s", target.url, "Try again later.")
        timeout: Any = Timeout(total=left_s, connect=min(left_s, self.limits.connect_s))
        response: Response | None = None
        try:
            response = self.adapter.send(request.prepare(), stream=True, timeout=timeout, verify=self.verify)
            yield response
        except (FetchError, DroppedError):
            raise
        except Exception as error:
            if response is None and is_drop(error):
                raise DroppedError from error
            raise failure(error, where=target.url) from error
        finally:
            if response is not None:
                response.close()


def read_answer(response: Response, target: Target, wish: Wish) -> Page | Hop:
    """The page, or where it is. A redirect's body is never read."""
    status, headers = response.status_code, lower_case(response)
    if status in REDIRECTS and headers.get("location"):
        return Hop(headers["location"], status in FOR_GOOD)
    if status == 304 and wish.is_conditional:
        return page_of(b"", target, status=304, headers=without_bodys(headers, wish))
    if status != 200:
        raise refusal(status, headers, where=target.url)
    body = b"" if wish.method == "HEAD" else read_body(response, headers, wish)
    return page_of(body, target, status=200, headers=headers)


def page_of(body: bytes, target: Target, *, status: int, headers: Mapping[str, str]) -> Page:
    return Page(
        url=target.url,
        status=status,
        body=body,
        content_type=headers.get("content-type", ""),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        moved_to=None,
        headers=headers,
    )


def without_bodys(headers: Mapping[str, str], wish: Wish) -> Mapping[str, str]:
    """A 304's headers, with what it confirmed where it does not repeat it (RFC 9110 15.4.5)."""
    confirmed = {"etag": wish.headers.get("If-None-Match"), "last-modified": wish.headers.get("If-Modified-Since")}
    return {name: value for name, value in confirmed.items() if value} | dict(headers)


def read_body(response: Response, headers: Mapping[str, str], wish: Wish) -> bytes:
    """The body, unpacked. BodyError, and what the network raises."""
    coding = coding_of(headers.get("content-encoding", ""))
    if headers.get("transfer-encoding", "chunked").strip().lower() != "chunked":
        raise BodyError("the answer has a transfer coding that was not asked for", "Tell the site's operator.")
    length = headers.get("content-length", "")
    if length.isdigit() and not wish.is_cut and (len(length) > 15 or int(length) > wish.size_bytes):
        raise OversizeError.past(wish.size_bytes)
    if wish.is_cut:
        return beginning(response, coding, size_bytes=wish.size_bytes)
    pieces = pieces_of(response, size_bytes=wish.size_bytes)
    return b"".join(unpacked(pieces, coding, size_bytes=wish.size_bytes))


def beginning(response: Response, coding: str, *, size_bytes: int) -> bytes:
    found = bytearray()
    cap = 2 * (size_bytes + READ_BYTES)
    for piece in unpacked(pieces_of(response, size_bytes=cap), coding, size_bytes=cap):
        found += piece
        if len(found) >= size_bytes:
            break
    return bytes(found[:size_bytes])


def pieces_of(response: Response, *, size_bytes: int) -> Iterator[bytes]:
    """The body as it comes over the wire, chunks taken apart. OversizeError past this size, still packed."""
    total = 0
    while piece := response.raw.read(READ_BYTES, decode_content=False):
        total += len(piece)
        if total > size_bytes:
            raise OversizeError.past(size_bytes)
        yield piece


def lower_case(response: Response) -> dict[str, str]:
    """The headers by names in lower case, in UTF-8 where they are that."""
    return {name.lower(): as_text(value) for name, value in response.headers.items()}


def as_text(value: str) -> str:
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def is_drop(error: Exception) -> bool:
    """Whether the connection was just cut: an idle one that the server had given up, most often."""
    return any(
        isinstance(one, ConnectionResetError | BrokenPipeError | http.client.RemoteDisconnected) for one in chain(error)
    )


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what lies under it: causes, contexts, and errors kept in arguments and in `reason`."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [each for each in inner if isinstance(each, BaseException)]


def failure(error: Exception, *, where: str) -> FetchError:
    """An error of the network or its libraries in our words. One that is none of these is raised as it is."""
    found = list(chain(error))
    for kind, what, hint in WORDS:
        match = next((one for one in found if isinstance(one, kind)), None)
        if match is not None:
            return FetchError(what.format(match), where, getattr(match, "hint", hint))
    raise error


AGAIN = "Try again later."
WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    (BodyError, "{}", ""),
    (
        AddressError,
        "it leads to {}, which is no public address",
        "Only the server of a source with allow_private may be in your own network.",
    ),
    (HostError, "its host is not found ({})", "Check the spelling of the address."),
    (ssl.SSLCertVerificationError, "its certificate is not valid ({.verify_message})", "Ask the site's operator."),
    (ssl.SSLError, "no secure connection can be made ({.reason})", "Ask the site's operator."),
    ((TimeoutError, ReadTimeoutError), "it took too long", AGAIN),
    (ConnectionRefusedError, "its server takes no connection", AGAIN),
    (http.client.LineTooLong, "the answer has a header that is too long", "Tell the site's operator."),
    (http.client.IncompleteRead, "the answer ends early", AGAIN),
    ((http.client.BadStatusLine, http.client.UnknownProtocol), "the answer is no proper HTTP", AGAIN),
    (http.client.HTTPException, "the answer has more than 100 headers", "Tell the site's operator."),
    ((OSError, HTTPError), "the connection failed", AGAIN),
    ((requests.RequestException, UnicodeError, ValueError), "the answer is no proper HTTP", AGAIN),
)
