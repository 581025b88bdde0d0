"""robots.txt (RFC 9309), read once per site and run."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from protego import Protego

from publisher.errors import FetchError
from publisher.fetch.client import Client
from publisher.fetch.targets import shown

SIZE_BYTES = 500 * 1024
"""RFC 9309 2.5: at least this much is read; what is behind it is not."""
DELAY_S = 30.0
"""The longest Crawl-delay that is kept; sites write 86400 there to say "never", for which Disallow exists."""
SITEMAPS = 100
AGENT = re.compile(r"^\s*user[- ]?agent\s*[:\s]\s*(\S.*?)?\s*(?:#.*)?$", re.IGNORECASE)
TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site's file says. No `parsed`: `problem` if nothing is allowed, else everything is."""

    parsed: Protego | None = None
    problem: str = ""


class Robots:
    """Asks each site's robots.txt, through a client, the first time that one of its URLs is asked about."""

    def __init__(self, client: Client, *, user_agent_token: str = "Publisher") -> None:
        self._client = client
        self._token = user_agent_token
        self._sites: dict[str, _Rules] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def allows(self, url: str) -> bool:
        """Whether this URL may be fetched. A missing file allows all; one that cannot be had, nothing."""
        return not self.problem(url)

    def problem(self, url: str) -> str:
        """Why it may not be fetched, for people; "" if it may."""
        rules = self._rules(url)
        if rules.parsed is None:
            return rules.problem
        return "" if rules.parsed.can_fetch(url, self._token) else "robots.txt forbids it"

    def delay_s(self, url: str) -> float:
        """Crawl-delay: the seconds between two requests that the site asks for, at most 30; 0 if it does not."""
        parsed = self._rules(url).parsed
        return min((parsed.crawl_delay(self._token) if parsed else None) or 0.0, DELAY_S)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The absolute URLs of the site's sitemaps, as listed, without repeats; at most 100."""
        parsed = self._rules(url).parsed
        if parsed is None:
            return ()
        found = (_joined(url, one) for one in dict.fromkeys(parsed.sitemaps))
        return tuple(dict.fromkeys(islice((one for one in found if one), SITEMAPS)))

    def _rules(self, url: str) -> _Rules:
        site = _site(url)
        with self._lock:
            turn = self._turns.setdefault(site, threading.Lock())
        with turn:
            if site not in self._sites:
                self._sites[site] = self._fetch(f"{site}/robots.txt")
            return self._sites[site]

    def _fetch(self, url: str) -> _Rules:
        try:
            page = self._client.get_beginning(url, size_bytes=SIZE_BYTES, accept="text/plain, */*;q=0.1")
        except FetchError as error:
            status = error.status or 0
            if 400 <= status < 500 and status != 429:  # RFC 9309 2.3.1.3: there are no rules
                return _Rules()
            return _Rules(problem=f"robots.txt cannot be had: {error.what}")
        return _Rules(Protego.parse(for_token(page.body.decode("utf-8-sig", "replace"), self._token)))


def for_token(text: str, token: str) -> str:
    """The file with all agents but ours and "*" under one name.

    The parser copies each rule to each agent of its group: 15,000 agents with 10,000 rules, in 300 kB, would be
    150 million. It also takes "Pub" for "Publisher"; RFC 9309 2.2.1 wants the whole token, whatever its case.
    """
    return "\n".join(_for_token(line, token.lower()) for line in text.splitlines())


def _for_token(line: str, token: str) -> str:
    match = AGENT.match(line)
    if match is None:
        return line
    named = match[1] or ""
    start = TOKEN.match(named.strip("*"))
    if start is not None and start[0].lower() == token:
        return f"User-agent: {token}"
    return "User-agent: *" if named.strip("* ") == "" and named else "User-agent: others"


def _site(url: str) -> str:
    """`https://NAME:PORT` of a URL, with the name and password that the site may want."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme.lower() not in ("http", "https"):
        raise FetchError("this is not an address of the web", shown(url), "Correct the address.")
    return f"{parts.scheme.lower()}://{parts.netloc}"


def _joined(url: str, sitemap: str) -> str:
    try:
        found = urljoin(url, sitemap)
        return found if urlsplit(found).scheme in ("http", "https") and urlsplit(found).hostname else ""
    except ValueError:
        return ""
