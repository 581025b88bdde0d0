"""Importing saved pages: each is kept below the site, its article collected, its listed extracts stored.

What is kept is a folder that every collect reads too, so a lost database is rebuilt from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from publisher.app.collect import collect_source
from publisher.app.runtime import Runtime
from publisher.app.sources import IMPORTED, import_source
from publisher.collect.identity import identify, url_key
from publisher.collect.intake import IMPORT, Intake
from publisher.collect.resolve import text_hash
from publisher.errors import DataError, NotFound, ParseError, PublisherError
from publisher.feeds.slugs import short_hash, slugify
from publisher.formats import has_format, parse_file
from publisher.formats.html_page import is_document
from publisher.formats.source_text import MAX_SIZE_BYTES
from publisher.model.article import Article, ParsedFile
from publisher.output import write_atomic
from publisher.sources.bounded import Bounded, parse_file_bounded
from publisher.storage import Transaction, articles

FURTHER = re.compile(r"\.\d+\.[a-z]+$")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was given, what it holds, and the name under which its bytes are kept."""

    given: str
    key: str
    data: bytes
    parsed: ParsedFile


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One extract of a page's list; `article_id` once its article is there."""

    dated_on: date
    passages: tuple[str, ...]
    article_id: str | None


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """What became of one page: its article (None for a list alone), whether that is new, the extracts of its list."""

    given: str
    article: Article | None
    is_new: bool
    listed: tuple[ListedItem, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a run imported. `warnings` name page and line; `errors` are of the pages that were not kept."""

    pages: tuple[ImportedPage, ...]
    warnings: tuple[str, ...]
    errors: tuple[PublisherError, ...]


def import_pages(runtime: Runtime, given: Sequence[str]) -> ImportReport:
    """Keep the pages (files, or folders of them), collect what they hold, and say what came of each.

    A page that cannot be read stops no other. A page that was imported before gives nothing new.
    """
    pages: list[KeptPage] = []
    errors: list[PublisherError] = []
    with runtime.hold("collect"), Bounded() as bounded:
        advance = runtime.watch("import", len(given))
        for name in given:
            for path in paths_of(name):
                try:
                    pages.append(keep(runtime, path, bounded))
                except (ParseError, DataError, NotFound) as error:
                    errors.append(error)
            advance(1)
        known = known_before(runtime, pages)
        report = collect_source(runtime, import_source()) if pages else None
        errors.extend(DataError(one.what, one.where, one.hint) for one in (report.problems if report else ()))
    found = [imported(runtime, page, is_new=page.key not in known) for page in pages]
    warnings = [text for page in pages for text in page.parsed.warnings]
    warnings += [f"{one.given}: {text}" for one in found if one.article is not None for text in one.article.warnings]
    return ImportReport(tuple(found), tuple(dict.fromkeys(warnings)), tuple(errors))


def paths_of(name: str) -> Iterator[Path]:
    """The file itself, or the files of a folder that could be pages, in order."""
    path = Path(name)
    if not path.is_dir():
        yield path
        return
    yield from (one for one in sorted(path.iterdir()) if one.is_file() and has_format(one.name))


def keep(runtime: Runtime, path: Path, bounded: Bounded) -> KeptPage:
    """Read a page and keep its bytes below the site; ParseError or NotFound where it is none."""
    data = read_page(path)
    suffix = path.suffix.lower() if has_format(path.name) else suffix_of(data)
    parsed = parse_file_bounded(bounded, f"page{suffix}", data, where=str(path))
    folder = runtime.root / IMPORTED
    first = first_key(runtime, parsed)
    name = f"{slugify(path.stem, fallback='page')}{suffix}"
    key = free_key(folder, name, data, parsed) if first in ("", name) else further_key(folder, first, suffix, data)
    write_atomic(folder / key, data, now=runtime.clock())
    return KeptPage(str(path), key, data, parsed)


def read_page(path: Path) -> bytes:
    if not path.is_file():
        hint = "Name a saved page, as text or HTML, or a folder of them."
        raise NotFound("There is no such file", str(path), hint)
    try:
        with path.open("rb") as file:
            return file.read(MAX_SIZE_BYTES + 1)
    except OSError as error:
        raise DataError(
            f"The file cannot be read: {error.strerror}", str(path), "Give the right to read it."
        ) from error


def suffix_of(data: bytes) -> str:
    return ".html" if is_document(data[:4000].decode("utf-8", "replace")) else ".txt"


def first_key(runtime: Runtime, parsed: ParsedFile) -> str:
    """The name of the first page that held this article; "" if it is new here."""
    intake = intake_of(runtime)
    with runtime.read() as tx:
        article = stored_article(tx, intake, "", parsed)
    if article is None or article.source != IMPORT:
        return ""
    return FURTHER.sub("", article.source_key)


def further_key(folder: Path, first: str, suffix: str, data: bytes) -> str:
    """A name for one more page of an article, behind the others in their order: `fog.txt`, `fog.txt.2.html`.

    What is kept is read in the order of names; so a rebuilt database has the same article from the same page.
    """
    if (folder / first).is_file() and (folder / first).read_bytes() == data:
        return first
    numbers = (f"{first}.{number}{suffix}" for number in count(2))
    return next(name for name in numbers if not (folder / name).exists() or (folder / name).read_bytes() == data)


def free_key(folder: Path, name: str, data: bytes, parsed: ParsedFile) -> str:
    """The name to keep a page under: its own, unless another page has that; a page saved again replaces itself."""
    kept = folder / name
    if not kept.exists() or kept.read_bytes() == data:
        return name
    try:
        before = parse_file(name, kept.read_bytes(), where=name)
    except ParseError:
        return name
    if is_same_page(before, parsed):
        return name
    stem, _, suffix = name.rpartition(".")
    return f"{stem[:60]}-{short_hash(identity_of(parsed) or data.decode('utf-8', 'replace'))}.{suffix}"


def is_same_page(before: ParsedFile, now: ParsedFile) -> bool:
    return bool(identity_of(now)) and identity_of(before) == identity_of(now)


def identity_of(parsed: ParsedFile) -> str:
    """What stays of a page when it is saved again: its article's address, else title and date."""
    article = parsed.article
    if article is None:
        return ""
    return url_key(article.url) or f"{article.title.casefold()} {article.published}"


def intake_of(runtime: Runtime) -> Intake:
    return Intake(import_source(), runtime.settings, runtime.now(), present=frozenset())


def known_before(runtime: Runtime, pages: Sequence[KeptPage]) -> frozenset[str]:
    """The keys of pages whose article the site has already."""
    intake = intake_of(runtime)
    with runtime.read() as tx:
        return frozenset(page.key for page in pages if stored_article(tx, intake, page.key, page.parsed) is not None)


def stored_article(tx: Transaction, intake: Intake, key: str, parsed: ParsedFile) -> Article | None:
    if parsed.article is None:
        return None
    match = identify(tx, intake, key, parsed.article, text_hash(parsed.article))
    return match.article if match else None


def imported(runtime: Runtime, page: KeptPage, *, is_new: bool) -> ImportedPage:
    with runtime.read() as tx:
        article = stored_article(tx, intake_of(runtime), page.key, page.parsed)
        rows = articles.listed_of(tx, f"{IMPORT}/{page.key}")
    listed = tuple(ListedItem(*row) for row in rows)
    return ImportedPage(page.given, article, is_new=is_new and article is not None, listed=listed)
