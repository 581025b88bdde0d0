"""The configuration as values (design.md 4). `config/` fills them from the file and the environment."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> timedelta:
    """Read `30s`, `15m`, `6h` or `2d`; ValueError for anything else."""
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration such as 30s, 15m, 6h or 2d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def refuse_bool(value: object) -> object:
    """`true` is no number, though Python says it is 1."""
    if isinstance(value, bool):
        raise ValueError("a whole number")
    return value


Whole = Annotated[int, BeforeValidator(refuse_bool)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Format = Literal["rss", "atom", "json"]
Selection = Literal["section", "author", "language"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, str_strip_whitespace=True)


class Editor(Frozen):
    name: str = ""
    email: str = ""


class SiteSettings(Frozen):
    title: str = Field(min_length=1)
    url: str
    description: str = ""
    language: str
    timezone: str
    licence: str = ""
    id_authority: str
    article_url: str = "{url}{section}/{slug}"
    editor: Editor = Editor()
    postal_address: str = ""


class SourceSettings(Frozen):
    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    kind: Literal["folder", "feed", "page", "wordpress"]
    path: str = ""
    url: str = ""
    every: Duration = timedelta(minutes=15)
    section: str = ""
    keep_ids: bool = True
    burst_limit: Whole = Field(default=50, ge=1)
    allow_private: bool = False
    """Whether addresses on the machine itself and in private networks may be fetched."""
    include: tuple[str, ...] = ()
    """Of a page: the addresses of its articles, as patterns such as `/culture/*`. Empty: found by the page itself."""
    limit: Whole = Field(default=100, ge=1, le=10_000)
    """Of a page: new articles fetched in one collect at most; the rest come with the next."""


class ExtractSettings(Frozen):
    style: Literal["body", "lead"] = "body"
    words: tuple[int, int] = (40, 90)
    passages: Whole = Field(default=1, ge=1, le=4)
    weights: str = ""
    """A file that `extracts learn` wrote. Empty: `var/extracts.json` if it is there."""


class FeedSettings(Frozen):
    output: str = "feeds"
    base_url: str
    entries: Whole = Field(default=20, ge=1, le=1000)
    formats: tuple[Format, ...] = ("rss", "atom", "json")
    by: tuple[Selection, ...] = ("section", "author", "language")
    full_content: bool = False
    hub: str = ""
    archive: bool = True
    redirects: dict[str, str] = Field(default_factory=dict)
    """Old path below `base_url` to the new one, or to an absolute address: answered with 301 for ever."""
    gone: tuple[str, ...] = ()
    """Paths of feeds that ended: their files are removed and answered with 410. `section/old/` is all below it."""


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""`#rrggbb`: Outlook knows no other form."""
FontNames = Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]+(?:, ?[A-Za-z0-9 -]+)*$")]
"""Names with commas between and without quotes: an inlined `style` attribute must not end early (email.md 2.1)."""


class MailColours(Frozen):
    """Colours of a mail: around the sheet, the sheet, its text, meta lines, headlines and links, rules."""

    page: Colour = "#f4f1ea"
    sheet: Colour = "#ffffff"
    ink: Colour = "#1d2a33"
    muted: Colour = "#444f5a"
    accent: Colour = "#0b4a6f"
    line: Colour = "#e2ddd0"


class DarkColours(MailColours):
    """The same where the reader's screen is dark (email.md 3.2)."""

    page: Colour = "#121212"
    sheet: Colour = "#1e1e1e"
    ink: Colour = "#f0f0f0"
    muted: Colour = "#cfcfcf"
    accent: Colour = "#a8cdf5"
    line: Colour = "#444444"


class MailFonts(Frozen):
    text: FontNames = "Georgia,Times New Roman,serif"
    meta: FontNames = "Arial,Helvetica,sans-serif"


Look = Literal["magazine", "letter"]


class MailSettings(Frozen):
    """How the mails of all digests look."""

    look: Look = "magazine"
    logo: str = ""
    """The https address of a PNG, JPEG or GIF; empty: the magazine's name in words."""
    logo_alt: str = ""
    logo_size: tuple[Whole, Whole] | None = None
    """Width and height as shown, in pixels; the file may be twice that."""
    colours: MailColours = MailColours()
    dark: DarkColours = DarkColours()
    fonts: MailFonts = MailFonts()
    order: tuple[str, ...] = ()
    """Sections in the order of reading, each under its heading; empty: newest first, without headings."""
    images: bool = True


class DigestSettings(Frozen):
    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str = Field(min_length=1)
    schedule: str
    timezone: str = ""
    """Empty: the site's."""
    sections: tuple[str, ...] = ()
    group: str = ""
    max_items: Whole = Field(default=12, ge=1, le=1000)
    min_items: Whole = Field(default=1, ge=1)
    overflow: Literal["carry", "drop"] = "carry"
    max_age: Duration = timedelta(days=30)
    approval: bool = False
    max_lateness: Duration = timedelta(hours=6)
    late: Literal["hold", "skip", "send"] = "hold"
    look: Look | Literal[""] = ""
    """Empty: that of `[mail]`."""


class RelaySettings(Frozen):
    url: str = "folder:var/outbox"
    password_file: str = ""
    from_: str = Field(default="", alias="from")
    reply_to: str = ""
    envelope_domain: str = ""
    tls: Literal["require", "opportunistic", "none"] = "require"
    connections: Whole = Field(default=4, ge=1, le=200)
    rate: str = ""
    on_unknown: Literal["hold", "resend"] = "hold"
    retry: tuple[Duration, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=8),
        timedelta(hours=24),
    )

    @property
    def from_name(self) -> str:
        """The display name of `from`."""
        return parseaddr(self.from_)[0]

    @property
    def from_address(self) -> str:
        """The address of `from`, without its name."""
        return parseaddr(self.from_)[1]

    @property
    def reply_address(self) -> str:
        """The address of `reply_to`, without its name."""
        return parseaddr(self.reply_to)[1]


class NamedRelaySettings(Frozen):
    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    weight: Whole = Field(default=1, ge=1)
    url: str
    password_file: str = ""
    tls: Literal["require", "opportunistic", "none"] = "require"
    connections: Whole = Field(default=4, ge=1, le=200)
    rate: str = ""


class WebSettings(Frozen):
    base_url: str = ""
    listen: str = "127.0.0.1:8080"
    trusted_proxies: tuple[str, ...] = ()
    secret_file: str = "var/secret"


class DatabaseSettings(Frozen):
    url: str = "sqlite:///var/publisher.db"
    takeover_after: Duration = timedelta(hours=1)


class Settings(Frozen):
    """The whole configuration; `root` is the site's folder, against which relative paths are read."""

    site: SiteSettings
    sources: tuple[SourceSettings, ...] = ()
    extracts: ExtractSettings = ExtractSettings()
    feeds: FeedSettings
    digests: tuple[DigestSettings, ...] = ()
    mail: MailSettings = MailSettings()
    relay: RelaySettings = RelaySettings()
    relays: tuple[NamedRelaySettings, ...] = ()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    root: Path = Path()

    def path(self, relative: str) -> Path:
        """A configured path, relative to the site."""
        return self.root / relative
