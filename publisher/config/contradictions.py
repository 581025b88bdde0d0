"""What no type can say: keys that need each other, names that must be unique, addresses that must be absolute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from email.utils import parseaddr
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from publisher.config.explain import Mistake, Path, shown
from publisher.errors import ConfigError
from publisher.model.settings import DigestSettings, Settings, SourceSettings
from publisher.rendering.theme import theme_problems
from publisher.schedule import parse_schedule

AUTHORITY = re.compile(
    r"(?:[a-z0-9-]+\.)*[a-z0-9-]+,\d{4}(?:-\d\d(?:-\d\d)?)?|[^\s@,]+@[a-z0-9.-]+,\d{4}(?:-\d\d){0,2}"
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
FEED_PATH = re.compile(r"[A-Za-z0-9._~%+-]+(?:/[A-Za-z0-9._~%+-]+)*/?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def find_contradictions(settings: Settings) -> list[Mistake]:
    """Every mistake that is left once the types are right."""
    looks: tuple[Callable[[Settings], Iterator[Mistake]], ...] = (
        _site,
        _sources,
        _feeds,
        _digests,
        _mail,
        _relay,
        _web,
        _database,
    )
    return [mistake for look in looks for mistake in look(settings)]


def _site(settings: Settings) -> Iterator[Mistake]:
    site = settings.site
    yield from _web_address(("site", "url"), site.url)
    if not LANGUAGE.fullmatch(site.language):
        yield Mistake(
            ("site", "language"), f"{shown(site.language)} was given; allowed: a BCP 47 tag such as en or pt-BR"
        )
    yield from _zone(("site", "timezone"), site.timezone)
    if not AUTHORITY.fullmatch(site.id_authority):
        message = f"{shown(site.id_authority)} was given; allowed: a domain and a year, such as harbour.example,2026"
        yield Mistake(("site", "id_authority"), message)
    try:
        site.article_url.format_map({"url": "", "section": "", "slug": ""})
    except (KeyError, ValueError, IndexError, AttributeError):
        yield Mistake(
            ("site", "article_url"), f"{shown(site.article_url)} was given; allowed: {{url}}, {{section}}, {{slug}}"
        )
    low, high = settings.extracts.words
    if not 1 <= low <= high:
        yield Mistake(
            ("extracts", "words"), f"{shown([low, high])} was given; allowed: the smaller number first, from 1 on"
        )


def _sources(settings: Settings) -> Iterator[Mistake]:
    yield from _unique("sources", [source.name for source in settings.sources])
    for index, source in enumerate(settings.sources):
        if source.name == "import":
            message = '"import" was given; it is the source of `publisher import`'
            yield Mistake(("sources", index, "name"), message, "Name it otherwise.")
        if source.kind != "folder":
            yield from _web_source(("sources", index), source)
        elif not source.path:
            yield Mistake(("sources", index, "path"), "is required for a folder and missing")


def _web_source(path: Path, source: SourceSettings) -> Iterator[Mistake]:
    if not source.url:
        yield Mistake((*path, "url"), f"is required for a {source.kind} and missing")
    elif not is_web_address(source.url):
        message = f"{shown(source.url)} was given; allowed: an absolute address, such as https://magazine.example/feed/"
        yield Mistake((*path, "url"), message)


def _feeds(settings: Settings) -> Iterator[Mistake]:
    feeds = settings.feeds
    if feeds.hub and not is_web_address(feeds.hub):
        message = f'{shown(feeds.hub)} was given; allowed: a hub\'s address, such as https://hub.example/, or ""'
        yield Mistake(("feeds", "hub"), message)
    yield from _published(("feeds", "hub"), feeds.hub)
    yield from _web_address(("feeds", "base_url"), feeds.base_url)
    if not feeds.output.strip("./"):
        yield Mistake(("feeds", "output"), f"{shown(feeds.output)} was given; allowed: a folder of its own")
    for old, new in feeds.redirects.items():
        if not is_feed_path(old) or not (is_feed_path(new) or is_web_address(new)):
            message = f"{shown(old)} to {shown(new)} was given; allowed: paths below base_url, such as old.xml"
            yield Mistake(("feeds", "redirects"), message, "The new one may be an absolute address too.")
    for gone in feeds.gone:
        if not is_feed_path(gone):
            message = f"{shown(gone)} was given; allowed: a path below base_url, such as section/old/"
            yield Mistake(("feeds", "gone"), message)


def is_web_address(url: str) -> bool:
    """Whether it is an absolute http or https address without a line break in it."""
    try:
        parts = urlsplit(url)
        found = parts.scheme in ("http", "https") and bool(parts.hostname)
        return found and parts.port != 0 and not CONTROL.search(url)
    except ValueError:
        return False


def is_feed_path(path: str) -> bool:
    """Whether it is a path inside the folder of the feeds."""
    return FEED_PATH.fullmatch(path) is not None and not {"..", "."} & set(path.split("/"))


def _digests(settings: Settings) -> Iterator[Mistake]:
    yield from _unique("digests", [digest.name for digest in settings.digests])
    for index, digest in enumerate(settings.digests):
        yield from _digest(("digests", index), digest)
    if not settings.digests:
        return
    needed = {
        ("site", "postal_address"): settings.site.postal_address,
        ("relay", "from"): settings.relay.from_,
        ("web", "base_url"): settings.web.base_url,
    }
    for path, value in needed.items():
        if not value:
            yield Mistake(path, "is required with a digest and missing")


def _mail(settings: Settings) -> Iterator[Mistake]:
    mail = settings.mail
    for problem in theme_problems(mail):
        yield Mistake(tuple(problem.where.split(".")), problem.what, problem.hint)
    yield from _published(("mail", "logo"), mail.logo)
    twice = sorted({name for name in mail.order if mail.order.count(name) > 1})
    if twice:
        yield Mistake(("mail", "order"), f"{shown(twice[0])} is there twice", "Name each section once.")


def _digest(path: Path, digest: DigestSettings) -> Iterator[Mistake]:
    try:
        parse_schedule(digest.schedule)
    except ConfigError as error:
        yield Mistake((*path, "schedule"), error.what, error.hint)
    if digest.timezone:
        yield from _zone((*path, "timezone"), digest.timezone)
    if digest.min_items > digest.max_items:
        message = f"{digest.min_items} was given; allowed: at most max_items, which is {digest.max_items}"
        yield Mistake((*path, "min_items"), message)


def _relay(settings: Settings) -> Iterator[Mistake]:
    relay = settings.relay
    yield from _relay_address(("relay",), relay.url, relay.tls)
    yield from _unique("relays", [one.name for one in settings.relays])
    if settings.relays:
        yield Mistake(("relays",), "several relays are not there in this version", "Use [relay].")
    for key, value in (("from", relay.from_), ("reply_to", relay.reply_to)):
        if value and not _is_mailbox(value):
            yield Mistake(
                ("relay", key), f"{shown(value)} was given; allowed: one mailbox, as in Name <name@example.org>"
            )
    if relay.rate:
        yield Mistake(("relay", "rate"), "a rate limit is not there in this version", 'Use "".')
    if relay.envelope_domain and not re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z0-9-]+", relay.envelope_domain):
        yield Mistake(("relay", "envelope_domain"), f"{shown(relay.envelope_domain)} was given; allowed: a domain")


def _relay_address(path: Path, url: str, tls: str) -> Iterator[Mistake]:
    allowed = "folder:PATH, smtp://user@host:587 or smtps://user@host:465"
    if url.startswith("folder:") and url != "folder:":
        return
    parts = _split(url)
    if parts is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        yield Mistake((*path, "url"), f"{shown(url)} was given; allowed: {allowed}")
        return
    if parts.password is not None:
        yield Mistake((*path, "url"), "holds a password", "Put it into password_file or PUBLISHER_RELAY_PASSWORD.")
    if tls == "none" and parts.scheme == "smtp" and not _is_loopback(parts.hostname):
        yield Mistake(
            (*path, "tls"), '"none" was given; allowed: require or opportunistic, unless the host is localhost'
        )


def _web(settings: Settings) -> Iterator[Mistake]:
    if settings.web.base_url:
        yield from _web_address(("web", "base_url"), settings.web.base_url)
    listen = re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", settings.web.listen)
    if listen is None or int(listen[1]) > 65535:
        yield Mistake(
            ("web", "listen"), f"{shown(settings.web.listen)} was given; allowed: an address and port, 127.0.0.1:8080"
        )

    for index, proxy in enumerate(settings.web.trusted_proxies):
        if not _is_network(proxy):
            path = ("web", "trusted_proxies", index)
            yield Mistake(path, f"{shown(proxy)} was given; allowed: an IP address or network, as in 10.0.0.0/8")


def _database(settings: Settings) -> Iterator[Mistake]:
    url = settings.database.url
    if not re.match(r"sqlite:///.|postgresql\+psycopg://.", url):
        message = f"{shown(url)} was given; allowed: sqlite:///var/publisher.db or postgresql+psycopg://user@host/name"
        yield Mistake(("database", "url"), message)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_network(host) and ip_network(host).is_loopback)


def _web_address(path: Path, url: str) -> Iterator[Mistake]:
    parts = _split(url)
    good = parts is not None and parts.scheme in ("http", "https") and parts.hostname and url.endswith("/")
    if not good or (parts is not None and (parts.query or parts.fragment)) or re.search(r"[\s<>\"]", url):
        yield Mistake(path, f"{shown(url)} was given; allowed: an absolute web address that ends with /")
    yield from _published(path, url)


def _published(path: Path, url: str) -> Iterator[Mistake]:
    """An address that stands in every feed lets nobody in (reliability.md P9)."""
    parts = _split(url)
    if parts is not None and "@" in parts.netloc:
        yield Mistake(path, "holds a name or a password, which every feed would publish", "Give the bare address.")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _zone(path: Path, name: str) -> Iterator[Mistake]:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        yield Mistake(path, f"{shown(name)} was given; allowed: an IANA time zone such as Europe/Helsinki")


def _unique(section: str, names: Iterable[str]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Mistake((section, index, "name"), f"{shown(name)} is there twice", "Names are unique.")
        seen.add(name)


def _is_mailbox(text: str) -> bool:
    _, address = parseaddr(text)
    return bool(
        re.fullmatch(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+|[^\s@<>,;:\"]+@localhost", address)
    ) and not CONTROL.search(text)
