"""The one client that asks the world: bounded in time, bytes, memory and hops, to public addresses only.

reliability.md U5-U8 and U13, design.md 9. No proxy, cookie or password of the environment is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from publisher.errors import FetchError
from publisher.fetch.addresses import Resolver, look_up
from publisher.fetch.answers import Limits, Page
from publisher.fetch.connections import CheckedAdapter, Dial, Door, dial
from publisher.fetch.exchange import DroppedError, Exchange, Hop, Wish
from publisher.fetch.refusals import BUSY, PAUSE_S, named, refusal
from publisher.fetch.targets import Target, shown, target_behind, target_of
from publisher.fetch.turns import Turns

AGAIN_S = 1.0
"""The pause before a request that got no answer is made once more."""


class Client:
    """Asks web servers. Usable from several threads; close it at the end of the run."""

    def __init__(
        self,
        *,
        user_agent: str,
        wait: Callable[[float], None],
        monotonic: Callable[[], float] = time.monotonic,
        allow_private: bool = False,
        home: str = "",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        resolve: Resolver = look_up,
        gap_s: float = 0.0,
        retries: int = 1,
        dial: Dial = dial,
        ca_file: str | None = None,
    ) -> None:
        """`wait` takes seconds. `gap_s` between two requests to a host. `retries`: of what got no answer at all.

        `allow_private` lets it into the own network, never to link-local addresses; with `home`, an address, to the
        server of that alone: what it leads to is asked like any other. `dial` opens a connection to a
        checked address. `ca_file`: the certificates to trust, instead of certifi's.
        """
        self._headers = {"User-Agent": one_line(user_agent), "Accept-Encoding": "gzip, deflate"}
        self._wait = wait
        self._monotonic = monotonic
        self._any_port = allow_private
        self._limits = limits
        self._retries = retries
        self._turns = Turns(gap_s=gap_s, wait=wait, monotonic=monotonic)
        named = target_of(home, any_port=True) if home else None
        door = Door(resolve, dial, allow_private, limits.read_s, (named.host, named.port) if named else None)
        self._exchange = Exchange(CheckedAdapter(door), limits, ca_file or True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the idle connections."""
        self._exchange.adapter.close()

    def get(self, url: str, *, accept: str = "*/*", etag: str | None = None, last_modified: str | None = None) -> Page:
        """The page behind this URL: 200, or 304 if `etag` or `last_modified` still hold. FetchError for all else."""
        headers = {**self._headers, "Accept": accept}
        headers |= {"If-None-Match": one_line(etag)} if etag else {}
        headers |= {"If-Modified-Since": one_line(last_modified)} if last_modified else {}
        return self._follow(url, Wish(headers, self._limits.size_bytes))

    def get_beginning(self, url: str, *, size_bytes: int, accept: str = "*/*") -> Page:
        """As `get`, but a body longer than this is cut there (robots.txt: RFC 9309 2.5)."""
        return self._follow(url, Wish({**self._headers, "Accept": accept}, size_bytes, is_cut=True))

    def head(self, url: str) -> Page:
        """The headers of the page behind this URL, its body empty (RFC 9110 9.3.2). FetchError as `get`."""
        return self._follow(url, Wish(self._headers, 0, method="HEAD"))

    def post_form(self, url: str, fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> int:
        """Post a form (a WebSub ping) and give the status, whatever it is; no redirect is followed. FetchError."""
        target = target_of(url, any_port=self._any_port)
        data = list(fields.items() if isinstance(fields, Mapping) else fields)
        with self._turn(target):
            try:
                status, headers = self._exchange.post(target, data, headers=self._headers)
            except DroppedError as error:
                raise dropped(target) from error
        if status in BUSY:
            self._heed(target, refusal(status, headers, where=target.url))
        return status

    def _follow(self, url: str, wish: Wish) -> Page:
        target, left_s, is_for_good = target_of(url, any_port=self._any_port), self._limits.wall_s, True
        for count in range(self._limits.hops + 1):
            found, left_s = self._ask(target, wish, left_s=left_s)
            if isinstance(found, Page):
                return replace(found, moved_to=found.url) if count and is_for_good else found
            target = target_behind(target, found.location, any_port=self._any_port)
            is_for_good = is_for_good and found.is_for_good
        hops = self._limits.hops
        raise FetchError(f"it leads on more than {hops} times", shown(url), "Open the address in a browser.")

    def _ask(self, target: Target, wish: Wish, *, left_s: float) -> tuple[Page | Hop, float]:
        """One hop, made again if the connection was cut before an answer; and the seconds left after it."""
        for tries_left in range(self._retries, -1, -1):
            with self._turn(target):
                started = self._monotonic()
                try:
                    found = self._exchange.ask(target, wish, left_s=left_s)
                    return found, left_s - (self._monotonic() - started)
                except FetchError as error:
                    self._heed(target, error)
                    raise
                except DroppedError as error:
                    left_s -= self._monotonic() - started
                    if not tries_left:
                        raise dropped(target) from error
            self._wait(AGAIN_S)
        raise AssertionError("unreachable")

    @contextmanager
    def _turn(self, target: Target) -> Iterator[None]:
        with self._turns.turn(target.site):
            silent = self._turns.silent(target.site)
            if silent is not None:
                raise silence(target, *silent)
            yield

    def _heed(self, target: Target, error: FetchError) -> None:
        """Leave a busy host alone for as long as it said; one that said 429 alone, for a minute."""
        seconds = error.retry_after_s
        if seconds is None and error.status == 429:
            seconds = PAUSE_S
        if error.status in BUSY and seconds:
            self._turns.silence(target.site, seconds, status=error.status)


def one_line(value: str) -> str:
    """A stored header, fit to be sent: no control character can end it."""
    return (
        "".join(character for character in value if character.isprintable())
        .encode("latin-1", "ignore")
        .decode("latin-1")
    )


def silence(target: Target, seconds: float, status: int) -> FetchError:
    what = f"its host answered {named(status)} and wants to be left alone for {seconds:.0f} s more"
    error = FetchError(what, target.url, "It is asked again later.")
    error.status, error.retry_after_s = status, seconds
    return error


def dropped(target: Target) -> FetchError:
    return FetchError("the connection was cut before an answer", target.url, "Try again later.")
