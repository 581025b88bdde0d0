"""A scripted web server on the loopback: it records what it was asked and answers what it was told.

    with WebServer() as server:
        server.routes["/feed.xml"] = Reply(body=b"<rss/>", headers={"Content-Type": "application/rss+xml"})
        … server.url + "/feed.xml" …
        assert server.requests[0].headers["user-agent"] == "…"

A route is a path, or a path with its query ("/posts?page=2", looked up first), or "*" for whatever is left; else 404.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One request: names of headers in lower case, the last value of each query key."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a form body, in order."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """One answer. `Content-Length` is set unless `headers` names it or `chunks` is given (then: chunked).

    `pause_s` is kept before the answer, and between `chunks`. `raw` replaces the whole answer, status line and all,
    and closes the connection behind it.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Iterable[bytes] | None = None
    pause_s: float = 0.0
    raw: Iterable[bytes] | None = None


Route = Callable[[Request], Reply] | Reply


def conditional(
    body: bytes, *, etag: str | None = None, last_modified: str | None = None, content_type: str = "text/html"
) -> Callable[[Request], Reply]:
    """A route that answers 304 when the request names this `etag` (or else this `last_modified`), and 200 else."""
    headers = {"Content-Type": content_type}
    headers |= {"ETag": etag} if etag else {}
    headers |= {"Last-Modified": last_modified} if last_modified else {}

    def answer(request: Request) -> Reply:
        seen, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        is_same = seen == etag if seen is not None else since is not None and since == last_modified
        return Reply(304, headers=headers) if is_same else Reply(200, body, headers)

    return answer


def redirect(to: str, status: int = 302, body: bytes = b"") -> Reply:
    """An answer that sends elsewhere."""
    return Reply(status, body, {"Location": to})


class WebServer:
    """See the module. With `tls` it speaks https; `host` may be "::1"."""

    def __init__(self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._host = host
        self._tls = tls
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.connections = 0
        """How many connections were taken, asked on or not."""
        self.port = 0

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests]

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._listener = socket.create_server((self._host, 0), family=family, backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for one in (self._listener, *list(self._open)):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in list(self._threads):
            thread.join(timeout=5)

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(taken)
            self._start(self._converse, taken)

    def _converse(self, taken: socket.socket) -> None:
        plain = taken
        try:
            if self._tls is not None:
                taken = self._tls.wrap_socket(taken, server_side=True)
                self._open.add(taken)
            elif taken.recv(1, socket.MSG_PEEK) == b"\x16":  # a TLS greeting
                taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            with taken.makefile("rb") as stream:
                while self._answer_one(taken, stream):
                    pass
        except (OSError, ValueError):  # the other side went away, or sent no HTTP
            pass
        finally:
            self._open -= {plain, taken}
            taken.close()

    def _answer_one(self, taken: socket.socket, stream: BinaryIO) -> bool:
        request = read_request(stream)
        if request is None:
            return False
        self.requests.append(request)
        reply = self._reply_to(request)
        if reply.pause_s and reply.chunks is None:
            self._closing.wait(reply.pause_s)
        if reply.raw is not None:
            self._send_parts(taken, reply.raw, reply.pause_s)
            return False
        self._send(taken, request, reply)
        return request.headers.get("connection", "").lower() != "close"

    def _reply_to(self, request: Request) -> Reply:
        for key in (request.target, request.path, "*"):
            route = self.routes.get(key)
            if route is not None:
                return route(request) if callable(route) else route
        return Reply(404, b"not found")

    def _send(self, taken: socket.socket, request: Request, reply: Reply) -> None:
        has_body = request.method != "HEAD" and reply.status not in (204, 304)
        named = {name.lower() for name in reply.headers}
        head = [f"HTTP/1.1 {reply.status} {phrase(reply.status)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.chunks is not None:
            head.append("Transfer-Encoding: chunked")
        elif "content-length" not in named and has_body:
            head.append(f"Content-Length: {len(reply.body)}")
        taken.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        if not has_body:
            return
        if reply.chunks is None:
            taken.sendall(reply.body)
        else:
            framed = (b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in reply.chunks if chunk)
            self._send_parts(taken, framed, reply.pause_s)
            taken.sendall(b"0\r\n\r\n")
        if "content-length" in named:  # perhaps a lie: what is missing never comes
            raise OSError("closed")

    def _send_parts(self, taken: socket.socket, parts: Iterable[bytes], pause_s: float) -> None:
        for part in parts:
            if self._closing.is_set():
                raise OSError("the server is closing")
            taken.sendall(part)
            if pause_s:
                self._closing.wait(pause_s)


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def read_request(stream: BinaryIO) -> Request | None:
    """The next request on a connection; None at its end."""
    line = stream.readline(70_000).decode("latin-1").strip()
    if not line:
        return None
    method, target, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while header := stream.readline(70_000).decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
