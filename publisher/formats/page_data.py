"""What a page says of its article for machines: JSON-LD (schema.org), OpenGraph and other `meta`, `link`, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from publisher.errors import ParseError
from publisher.formats.dates import parse_date
from publisher.formats.front_matter import LANGUAGE, distinct
from publisher.html.clean import clean_line
from publisher.html.elements import text_of
from publisher.html.urls import MEDIA_SCHEMES, safe_url

ARTICLE_TYPES = frozenset(
    {
        *("Article", "NewsArticle", "BlogPosting", "OpinionNewsArticle", "AnalysisNewsArticle", "ReportageNewsArticle"),
        *("ReviewNewsArticle", "BackgroundNewsArticle", "Report", "ScholarlyArticle", "TechArticle", "Review", "Essay"),
        *("SocialMediaPosting", "LiveBlogPosting", "AdvertiserContentArticle", "AskPublicNewsArticle", "CreativeWork"),
    }
)
WEAK_TYPES = frozenset({"Review", "CreativeWork"})
MAX_JSON_CHARACTERS, MAX_NODES = 500_000, 2_000
TAG_COUNT, NAME_LENGTH = 30, 100
NAME_GAP = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s+und\s+|\s+ja\s+")
BYLINE = re.compile(r"(?:by|written by|text|teksti|von|par|por)[:\s]\s*", re.IGNORECASE)
TITLE_END = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{1,60}$")
DATES: tuple[str, ...] = (
    "article:published_time",
    "datePublished",
    "date",
    "dcterms.date",
    "DC.date",
    "dc.date.issued",
    "pubdate",
)
DATES += ("citation_publication_date", "parsely-pub-date", "sailthru.date", "publish_date")
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageData:
    """The fields that a page gives; None and () for what it does not say."""

    is_article: bool = False
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | date | None = None
    updated: datetime | date | None = None
    section: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_size: tuple[int, int] | None = None
    licence: str | None = None
    url: str | None = None
    summary: str | None = None
    text: str = ""


def read_page_data(root: etree._Element, *, url: str) -> PageData:
    """Read the whole page, before anything is taken out of it."""
    return Reader(root, url, article_json(root), meta_of(root)).read()


@dataclass(frozen=True, slots=True)
class Reader:
    """Each field from the places that may have it, the most exact first."""

    root: etree._Element
    url: str
    json: Json
    meta: Mapping[str, list[str]] = field(default_factory=dict)

    def read(self) -> PageData:
        image, size = self.image()
        is_declared = bool(self.json) or self.first("og:type").lower().endswith("article")
        return PageData(
            is_article=is_declared or bool(self.first("article:published_time")),
            title=self.title(),
            authors=self.authors(),
            published=self.date("datePublished", DATES, "//time[@itemprop='datePublished' or @pubdate]/@datetime"),
            updated=self.date("dateModified", ("article:modified_time", "og:updated_time", "dateModified"), ""),
            section=text_at(self.json, "articleSection") or self.first("article:section") or None,
            language=self.language(),
            tags=self.tags(),
            image=image,
            image_size=size,
            licence=self.licence(),
            url=self.canonical(),
            summary=self.first("description", "og:description") or text_at(self.json, "description") or None,
            text=str(self.json.get("articleBody") or "") if isinstance(self.json.get("articleBody"), str) else "",
        )

    def first(self, *names: str) -> str:
        return next((value for name in names for value in self.meta.get(name.lower(), [])), "")

    def found(self, path: str) -> list[str]:
        items = self.root.xpath(path)
        texts = [words(item) for item in items] if isinstance(items, list) else []
        return [text for text in texts if text]

    def title(self) -> str | None:
        """The headline; of a `<title>` without the site's name behind it."""
        site = self.first("og:site_name")
        headings = self.found("//article//h1") or self.found("//h1")
        named = text_at(self.json, "headline") or self.first("og:title", "twitter:title")
        if not named and len(headings) == 1:
            return headings[0]
        title = named or next(iter(self.found("//head/title")), "")
        for heading in headings:
            if title.startswith(heading) and len(heading) > 3:
                return heading
        if site and title.lower().endswith(site.lower()) and len(title) > len(site):
            return title[: -len(site)].rstrip(" |–—·»-:") or title
        return (title if named else TITLE_END.sub("", title)) or None

    def authors(self) -> tuple[str, ...]:
        """Names; never addresses, and nobody twice."""
        people = names_at(self.json.get("author")) or names_at(self.json.get("creator"))
        given = people or [
            name for key in ("author", "article:author", "dc.creator", "byl") for name in self.meta.get(key, [])
        ]
        if not given:
            paths: tuple[str, ...] = (
                "//*[@itemprop='author']//*[@itemprop='name']",
                "//*[@itemprop='author']",
                "//a[@rel='author']",
            )
            paths += ("//*[contains(concat(' ', normalize-space(@class), ' '), ' byline ')]",)
            given = next((found for path in paths if (found := self.found(path))), [])
        names = [part for name in given for part in NAME_GAP.split(BYLINE.sub("", clean_line(name), count=1))]
        return distinct(
            name for name in names if name and "://" not in name and "@" not in name and len(name) < NAME_LENGTH
        )

    def date(self, key: str, names: tuple[str, ...], path: str) -> datetime | date | None:
        """A date that can be read; the page's own is a hint, without it the article is dated when first seen."""
        texts = [text_at(self.json, key), *(value for name in names for value in self.meta.get(name.lower(), []))]
        texts += self.found(path) if path else []
        if path and not any(texts):
            texts += (
                self.found("//article//time[@datetime][1]/@datetime")[:1] or self.found("//main//time/@datetime")[:1]
            )
        for text in filter(None, texts):
            try:
                return parse_date(text, where="")
            except ParseError:
                continue
        return None

    def language(self) -> str | None:
        given = (str(self.root.get("lang") or ""), text_at(self.json, "inLanguage"), self.first("og:locale"))
        tags = (clean_line(tag).replace("_", "-") for tag in (*given, self.first("content-language")))
        return next((tag for tag in tags if LANGUAGE.fullmatch(tag)), None)

    def tags(self) -> tuple[str, ...]:
        words_given = self.json.get("keywords")
        listed = words_given if isinstance(words_given, list) else str(words_given or "").split(",")
        texts = [*self.meta.get("article:tag", []), *(item for item in listed if isinstance(item, str))]
        return distinct(clean_line(text) for text in texts if len(text) < NAME_LENGTH)[:TAG_COUNT]

    def image(self) -> tuple[str | None, tuple[int, int] | None]:
        """The picture that stands for the article, with its size in pixels where the page says so."""
        given = self.json.get("image") or self.json.get("thumbnailUrl")
        given = given[0] if isinstance(given, list) and given else given
        if isinstance(given, dict) and (url := self.address(text_at(given, "url") or text_at(given, "contentUrl"))):
            return url, size_of(given.get("width"), given.get("height"))
        if url := self.address(self.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")):
            return url, size_of(self.first("og:image:width"), self.first("og:image:height"))
        return (self.address(given) if isinstance(given, str) else None), None

    def licence(self) -> str | None:
        links = self.found("//*[self::a or self::link][contains(concat(' ', @rel, ' '), ' license ')]/@href")
        given = self.json.get("license")
        named = text_at(given, "url") or text_at(given, "@id") if isinstance(given, dict) else given
        texts = [*links, named if isinstance(named, str) else "", self.first("dcterms.license", "dc.rights.license")]
        return next((url for text in texts if (url := self.address(text))), None)

    def canonical(self) -> str | None:
        """The page's own address; a front page's is a mistake of the site's software, and all its pages share it."""
        given = [*self.found("//link[@rel='canonical']/@href"), self.first("og:url")]
        for text in given:
            url = self.address(text)
            if url and (urlsplit(url).path.strip("/") or not urlsplit(self.url).path.strip("/")):
                return url.partition("#")[0]
        return None

    def address(self, text: str) -> str | None:
        url = safe_url(text, base_url=self.url, schemes=MEDIA_SCHEMES)
        return url if url and re.match(r"https?://[^/\s]", url) else None


def meta_of(root: etree._Element) -> dict[str, list[str]]:
    """Each `meta` by its name in lower case, in order."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = str(
            element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
        )
        content = clean_line(str(element.get("content") or ""))
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def article_json(root: etree._Element) -> Json:
    """The article of the page's JSON-LD; empty where there is none, or several (a list of teasers)."""
    nodes: list[Json] = []
    for script in root.iter("script"):
        if str(script.get("type") or "").strip().lower() == "application/ld+json":
            nodes.extend(node for node in nodes_of(script.text or "") if types_of(node) & ARTICLE_TYPES)
    strong = [node for node in nodes if types_of(node) & (ARTICLE_TYPES - WEAK_TYPES)]
    named = [node for node in strong or nodes if node.get("headline") or node.get("articleBody")]
    return named[0] if len(named) == 1 else {}


def nodes_of(text: str) -> Iterator[Json]:
    """Every object, in lists and in `@graph` too; nothing of what cannot be read."""
    if len(text) > MAX_JSON_CHARACTERS:
        return
    try:
        waiting: list[object] = [json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)]
    except (ValueError, RecursionError):
        return
    count = 0
    while waiting and count < MAX_NODES:
        node = waiting.pop(0)
        count += 1
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(node.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def types_of(node: Json) -> frozenset[str]:
    given = node.get("@type")
    return frozenset(name for name in (given if isinstance(given, list) else [given]) if isinstance(name, str))


def text_at(node: object, key: str) -> str:
    value = node.get(key) if isinstance(node, Mapping) else None
    value = value[0] if isinstance(value, list) and value else value
    return clean_line(value) if isinstance(value, str) else ""


def names_at(value: object) -> list[str]:
    people = value if isinstance(value, list) else [value]
    found = [person if isinstance(person, str) else text_at(person, "name") for person in people]
    return [name for name in found if name]


def size_of(width: object, height: object) -> tuple[int, int] | None:
    """Both in pixels; JSON-LD writes numbers, texts, or objects with a value."""
    numbers = []
    for given in (width, height):
        value = given.get("value") if isinstance(given, Mapping) else given
        digits = re.fullmatch(r"\s*(\d{1,6})(?:\.0*)?\s*(?:px)?\s*", str(value))
        numbers.append(int(digits[1]) if digits else 0)
    return (numbers[0], numbers[1]) if all(numbers) else None


def words(item: object) -> str:
    if isinstance(item, etree._Element):
        return clean_line(text_of(item))
    return clean_line(str(item))


def base_of(root: etree._Element, url: str) -> str:
    """What relative addresses of the page are relative to (HTML 4.2.3)."""
    for element in root.iter("base"):
        if href := str(element.get("href") or "").strip():
            try:
                return urljoin(url, href)
            except ValueError:
                return url
    return url
