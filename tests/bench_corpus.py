"""A magazine's archive for `tests/bench_feeds.py`: the same articles in the form that each program wants.

Everything comes from the number of the article and of its archive, so two machines, and two runs, make the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SECTIONS = ("harbours", "ships", "weather", "islands", "trade", "letters", "engines", "history")
AUTHORS = tuple(f"{first} {last}" for first in ("Ada", "Bo", "Cleo", "Dag", "Eeva") for last in (
    "Aalto", "Berg", "Carlin", "Dahl", "Ek", "Falk", "Grahn", "Holm", "Ivars", "Jansson",
))  # fmt: skip
TAGS = ("pilots", "ice", "ferries", "lamps", "ropes", "charts", "fish", "cranes", "customs", "storms", "wrecks", "salt")
FIRST, YEARS = datetime(2005, 1, 1, 6, tzinfo=UTC), timedelta(days=7304)
"""The archive's twenty years; what is added comes after them, and before any clock of today."""

LINKS = ("the", "a", "of", "and", "to", "in", "that", "was", "it", "had", "on", "for", "with", "as", "by", "which")
NOUNS = """
    harbour quay crane ferry pilot lamp rope chart island winter morning captain engine signal letter wall tide
    ice shed customs cargo deck storm anchor bridge channel coast crew current dock fog fleet gull hull keel
    lantern ledger mast net oar pier port reef rudder sail sea shore siren slip strait tar tower tug wave wharf
    wind yard barrel bell bolt cable compass cook engineer keeper merchant owner sailor tailor widow clerk
    teacher
"""
VERBS = """
    waited turned carried measured opened closed counted answered crossed painted lifted lowered remembered
    repaired signed sold weighed wrote burned called drifted followed froze guarded held hid kept learned left
    listened lost moved named paid pulled reached returned rose sank saved steered stood stopped thawed towed
    warned
"""
OTHERS = """
    old narrow quiet cold heavy empty early late northern wooden grey slow careful broken distant final hidden
    iron long low open patient plain rusty salt shallow steep strange tall tired useful wide never always seldom
    again almost once still twice under over behind between beyond without against among after before
"""
THINGS, MANNERS = NOUNS.split(), OTHERS.split()
PLENTY = (*LINKS * 7, *THINGS, *VERBS.split(), *MANNERS)


@dataclass(frozen=True, slots=True)
class Piece:
    """One article; `body` is CommonMark of about 600 words."""

    number: int
    title: str
    author: str
    section: str
    tags: tuple[str, ...]
    date: datetime
    body: str

    @property
    def name(self) -> str:
        return f"piece-{self.number:06}.md"


def make_piece(number: int, *, archive: int) -> Piece:
    """Article `number`, from 1; those above `archive` are the newest, an hour apart."""
    draw = random.Random(number)
    late = max(0, number - archive)
    date = FIRST + YEARS * (min(number, archive) / archive) + timedelta(hours=late)
    title = f"The {draw.choice(MANNERS)} {draw.choice(THINGS)} and the {draw.choice(THINGS)}, {number}"
    tags = tuple(draw.sample(TAGS, 3))
    author, section = draw.choice(AUTHORS), draw.choice(SECTIONS)
    return Piece(number, title, author, section, tags, date.replace(microsecond=0), make_body(draw))


def make_body(draw: random.Random) -> str:
    blocks = [" ".join(make_sentence(draw) for _ in range(draw.randint(4, 6))) for _ in range(8)]
    blocks.insert(3, f"## {make_sentence(draw, words=5).rstrip('.')}")
    blocks.insert(6, f"> {make_sentence(draw)}")
    blocks[2] += f" It is told [at length](https://harbour.example/{draw.choice(THINGS)}), and *not* for the last time."
    return "\n\n".join(blocks) + "\n"


def make_sentence(draw: random.Random, *, words: int = 0) -> str:
    chosen = draw.choices(PLENTY, k=words or draw.randint(8, 22))
    return f"{' '.join(chosen).capitalize()}."


def publisher_form(piece: Piece) -> tuple[str, str]:
    """Path and text of the article in a folder source."""
    head = (
        f"---\ntitle: {piece.title}\nauthor: {piece.author}\ndate: {piece.date:%Y-%m-%dT%H:%M:%SZ}\n"
        f"section: {piece.section}\ntags: [{', '.join(piece.tags)}]\n---\n\n"
    )
    return piece.name, head + piece.body


def hugo_form(piece: Piece) -> tuple[str, str]:
    head = (
        f'---\ntitle: "{piece.title}"\nauthors: ["{piece.author}"]\ndate: {piece.date:%Y-%m-%dT%H:%M:%SZ}\n'
        f"tags: [{', '.join(piece.tags)}]\n---\n\n"
    )
    return f"{piece.section}/{piece.name}", head + piece.body


def pelican_form(piece: Piece) -> tuple[str, str]:
    head = (
        f"Title: {piece.title}\nAuthor: {piece.author}\nDate: {piece.date:%Y-%m-%d %H:%M:%S}\n"
        f"Category: {piece.section}\nTags: {', '.join(piece.tags)}\nSlug: piece-{piece.number:06}\n\n"
    )
    return f"{piece.section}/{piece.name}", head + piece.body


FORMS = {"publisher": publisher_form, "hugo": hugo_form, "pelican": pelican_form}


def add_pieces(folders: dict[str, Path], numbers: Iterable[int], *, archive: int) -> None:
    """Write the articles into the folder of each form named."""
    for number in numbers:
        piece = make_piece(number, archive=archive)
        for form, folder in folders.items():
            name, whole = FORMS[form](piece)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(whole, encoding="utf-8")


PUBLISHER = """
[site]
title = "The Bench Review"
url = "https://harbour.example/"
language = "en"
timezone = "UTC"
id_authority = "harbour.example,2026"

[[sources]]
name = "articles"
kind = "folder"
path = "{articles}"
burst_limit = {burst_limit}

[feeds]
base_url = "https://harbour.example/feeds/"
"""

HUGO = """
baseURL = "https://harbour.example/"
locale = "en"
title = "The Bench Review"
disableKinds = ["404", "robotstxt", "sitemap", "taxonomy"]
[taxonomies]
author = "authors"
[outputs]
home = ["rss"]
section = ["rss"]
term = ["rss"]
[services.rss]
limit = 20
[[cascade]]
[cascade.build]
list = "always"
render = "link"
[cascade.target]
kind = "page"
"""

HUGO_FEED = """{{- $pages := site.RegularPages -}}
{{- if not .IsHome -}}{{- $pages = .RegularPages -}}{{- end -}}
{{- if eq .Kind "term" -}}{{- $pages = .Pages -}}{{- end -}}
{{ `<?xml version="1.0" encoding="utf-8"?>` | safeHTML }}
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Title }}</description>
{{- with .OutputFormats.Get "RSS" }}
<atom:link href="{{ .Permalink }}" rel="self" type="application/rss+xml"/>{{ end }}
{{- range first site.Config.Services.RSS.Limit $pages }}
<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link><guid>{{ .Permalink }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</pubDate>
<description>{{ .Summary | transform.XMLEscape | safeHTML }}</description></item>{{ end }}
</channel></rss>
"""

PELICAN = """
SITENAME = "The Bench Review"
SITEURL = "https://harbour.example"
TIMEZONE = "UTC"
PATH = "content"
THEME = "theme"
FEED_MAX_ITEMS = 20
FEED_ALL_ATOM, FEED_ALL_RSS = "feeds/all.atom.xml", "feeds/all.rss.xml"
CATEGORY_FEED_ATOM, CATEGORY_FEED_RSS = "feeds/section/{slug}.atom.xml", "feeds/section/{slug}.rss.xml"
AUTHOR_FEED_ATOM, AUTHOR_FEED_RSS = "feeds/author/{slug}.atom.xml", "feeds/author/{slug}.rss.xml"
TRANSLATION_FEED_ATOM = None
DIRECT_TEMPLATES = []
ARTICLE_SAVE_AS = AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = DRAFT_SAVE_AS = ""
STATIC_PATHS = []
PAGE_PATHS = []
"""

PELICAN_CACHE = 'CACHE_CONTENT = LOAD_CONTENT_CACHE = True\nCHECK_MODIFIED_METHOD = "mtime"\n'


def put(path: Path, whole: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(whole, encoding="utf-8")


def make_publisher(root: Path, *, articles: Path, burst_limit: int) -> None:
    """A site whose source is the folder `articles`; everything else is as by default, but that no burst is held."""
    put(root / "config/publisher.toml", PUBLISHER.format(articles=articles, burst_limit=burst_limit))


def make_hugo(root: Path) -> None:
    """Feeds by Hugo: everything, sections, authors; the articles' own pages are not rendered."""
    put(root / "hugo.toml", HUGO)
    put(root / "layouts/rss.xml", HUGO_FEED)


def make_pelican(root: Path, *, content: Path, has_cache: bool) -> None:
    """Feeds by Pelican: everything, sections, authors, in Atom and RSS; no pages."""
    settings = PELICAN.replace('"content"', repr(str(content)))
    put(root / "pelicanconf.py", settings + (PELICAN_CACHE if has_cache else ""))
    for name in ("article", "author", "category", "index", "tag"):
        put(root / f"theme/templates/{name}.html", "<!DOCTYPE html><title>{{ SITENAME }}</title>\n")
