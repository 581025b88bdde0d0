"""Addresses as feeds need them: absolute, http or https, ASCII (feeds.md G17, G19)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

SAFE_PATH = "/%:@!$&'()*+,;=~"
SAFE_QUERY = SAFE_PATH + "?"
SCRIPT = re.compile(r"^/index\.php(?=/)", re.IGNORECASE)
TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_cid|mc_eid)(?:=|$)", re.IGNORECASE)


def ascii_url(url: str | None) -> str | None:
    """The address with an IDNA host and a percent-encoded path; None where it is no absolute web address.

    A user name or password in it is left out: it would be published.
    """
    parts = split_web_url(url or "")
    if parts is None:
        return None
    host = ascii_host(parts)
    if host is None:
        return None
    query = percent_encoded(parts.query, safe=SAFE_QUERY)
    path = percent_encoded(parts.path, safe=SAFE_PATH) or "/"
    return urlunsplit((parts.scheme.lower(), host, path, query, percent_encoded(parts.fragment, safe=SAFE_QUERY)))


def article_url(url: str | None) -> str | None:
    """An article's address without what follows its readers around (feeds.md S14)."""
    found = ascii_url(url)
    if found is None:
        return None
    parts = urlsplit(found)
    query = "&".join(pair for pair in parts.query.split("&") if not TRACKING.match(pair))
    return urlunsplit(parts._replace(query=query))


def absolute_url(given: str, *, base: str) -> str:
    """The address, against the one of the document that names it; "" for what is none."""
    try:
        return ascii_url(urljoin(base, given)) or "" if given else ""
    except ValueError:
        return ""


def without_script(path: str) -> str:
    """The path without the `index.php/` that some sites' software puts before it."""
    return SCRIPT.sub("", path)


def split_web_url(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+", "", url).strip())
    except ValueError:
        return None
    return parts if parts.scheme.lower() in ("http", "https") else None


def ascii_host(parts: SplitResult) -> str | None:
    """`host` or `host:port` in ASCII; None where it cannot be one."""
    try:
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    name = f"[{name}]" if ":" in name else name
    if not re.fullmatch(r"[a-z0-9._\-]+|\[[0-9a-f:.]+\]", name):
        return None
    return name if port is None else f"{name}:{port}"


def percent_encoded(text: str, *, safe: str) -> str:
    """Percent-encode what is not ASCII or not allowed; what is encoded already stays as it is."""
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text), safe=safe)
