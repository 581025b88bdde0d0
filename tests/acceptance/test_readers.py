"""What the programs that people read feeds with make of ours (feeds.md 5, K10): newsboat, feedparser, reader and
the rules of Thunderbird, over the feeds that `publisher web` serves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.acceptance.a_site import CONFIG, Site
from tests.acceptance.waiting import stop, wait_until
from tests.doubles.feed_readers import (
    READERS,
    Feedparser,
    FeedReader,
    Shown,
    Thunderbird,
    get,
    guessed,
    readers_of,
    words,
)

FRONT = "---\n{front}\n---\n\n{body}\n"
BODY = (
    "The harbour had been built for ships of another century, and everybody who worked there knew which wall would "
    "be the next to give way, though nobody had written it down.\n\nThe gulls came back to the crane when the "
    "engineers had left, and the winter that followed was the mildest of all."
)
LICENCE = "https://creativecommons.org/licenses/by-nd/4.0/"
ORIGINAL = "https://elsewhere.example/essay?a=1&b=2"
PIECES: Mapping[str, str] = {
    "several-authors": 'authors: ["Ann Lee", "Bo Ek", "Łucja Żak"]\n'
    'extract: ["The gulls came back to the crane", "The harbour had been built for ships of another century"]',
    "nobody": "tags: [unsigned]",
    "japanese": 'title: "港の町、三百年後の手紙 🦊"\nauthor: 山田 花子\nlanguage: ja',
    "arabic": 'title: "الميناء القديم: ما لم يُكتب (2026)"\nauthor: "ليلى حسن"\nlanguage: ar',
    "entities": 'title: "AT&T & Sons: <b> is 1 < 2 > 0, or \'so\' on?"\nauthor: "O\'Brien & \\"Bo\\" Ek"',
    "markup": 'title: "AT&T and &amp;lt;b&amp;gt; or <h2>now</h2>"\nauthor: Ada Berg',
    "republished": f'author: Ada Berg\nlicence: "{LICENCE}"\noriginal: {{name: "Else & Where", url: "{ORIGINAL}"}}',
    "edited-since": 'author: Ada Berg\nupdated: "2026-11-24T05:59:59Z"\nimage: https://review.example/a.jpg',
    "given-id": 'author: Ada Berg\nid: "https://old.example/?p=12&x=3"',
}
BODIES: Mapping[str, str] = {
    "japanese": "港は別の世紀の船のために造られ、そこで働く誰もが次に崩れる壁を知っていたが、誰も書かなかった。",
    "arabic": "بُني الميناء لسفن قرن آخر، وكان كل من عمل فيه يعرف أي جدار سيسقط بعد ذلك، مع أن أحدا لم يكتب ذلك قط.",
    "entities": (
        "She wrote “5 < 6 & 7 > 2” on the wall, and `&lt;b&gt;` below it, and nobody who came to the harbour that "
        "year could say whether it was meant as a joke, as a warning or as the address of some &amp;amp; place."
    ),
}
GUESSERS = ("feedparser rss", "reader rss")
"""They take a plain RSS title for HTML where it holds a closing tag or an entity; no way to write it avoids that."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site.write("config/publisher.toml", f'{CONFIG}\nlisten = "127.0.0.1:0"\n')
    for number, (slug, more) in enumerate(PIECES.items()):
        front = [f'date: "2026-11-2{number % 4}T0{number}:30:00+02:00"', more]
        front += [] if "title:" in more else [f"title: {slug}"]
        body = BODIES.get(slug, BODY)
        site.write(f"articles/{slug}.md", FRONT.format(front="\n".join(front), body=body))
    done = site.publish("--no-mail")
    assert (done.code, done.json["collect"]["new"]) == (0, len(PIECES)), done.err
    return site


@pytest.fixture(scope="module")
def articles(site: Site) -> dict[str, dict[str, Any]]:
    """What the command says, by id."""
    return {one["id"]: one for one in site.run("articles", "list", "--json").json}


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Where `publisher web` listens."""
    web, log = site.start("web"), site.root / "run.log"
    wait_until(lambda: "listening on" in log.read_text(), process=web)
    found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
    yield f"{found[0]}/feeds/" if found else ""
    stop(web)


@pytest.fixture(scope="module")
def readers(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FeedReader]]:
    with ExitStack() as stack:
        made = readers_of(address, tmp_path_factory.mktemp("readers"), stack)
        for one in made.values():
            one.refresh()
        yield made


def expected(article: Mapping[str, Any], reader: str) -> Shown:
    """What a reader that shows everything as it is would show of an article; the differences are the program's own."""
    authors = list(article["authors"])
    if reader == "reader atom":
        authors = authors[-1:]
    if reader.startswith("thunderbird") and not authors:
        authors = ["The Test Review"]
    keeps_published = reader != "thunderbird atom"
    keeps_updated = not reader.startswith("newsboat") and reader != "thunderbird rss"
    return Shown(
        id=article["id"],
        title=guessed(article["title"]) if reader in GUESSERS else article["title"],
        url=article["url"],
        authors=", ".join(authors),
        published=datetime.fromisoformat(article["published"]) if keeps_published else None,
        updated=datetime.fromisoformat(article["updated"]) if keeps_updated else None,
        summary=words(" ".join(passage["text"] for passage in article["extract"]["passages"])),
    )


def asked(readers: Mapping[str, FeedReader], name: str) -> FeedReader:
    if name not in readers:
        pytest.skip("newsboat is not installed")
    return readers[name]


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_what_the_articles_are(
    readers: dict[str, FeedReader], articles: dict[str, dict[str, Any]], name: str
) -> None:
    seen = asked(readers, name).entries()

    assert sorted(seen) == sorted(articles)
    assert [seen[one] for one in articles] == [expected(article, name) for article in articles.values()]


@pytest.mark.parametrize("name", READERS)
def test_each_article_is_unread_once(
    readers: dict[str, FeedReader], articles: dict[str, dict[str, Any]], name: str
) -> None:
    reader = asked(readers, name)

    assert reader.take_unread() == sorted(articles)
    assert reader.take_unread() == []


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml"])
def test_a_republished_piece_shows_its_licence_and_its_original(address: str, path: str) -> None:
    parsed = feedparser.parse(get(address + path))
    licences = {entry.link.rsplit("/")[-1]: entry.license for entry in parsed.entries}
    vias = {
        entry.link.rsplit("/")[-1]: [one.href for one in entry.links if one.rel == "via"] for entry in parsed.entries
    }

    assert licences.pop("republished") == LICENCE
    assert vias.pop("republished") == [ORIGINAL]
    assert set(licences.values()) == {"https://creativecommons.org/licenses/by/4.0/"}
    assert not any(vias.values())


def test_an_article_is_the_same_in_every_feed_that_it_is_in(
    site: Site, address: str, articles: dict[str, dict[str, Any]]
) -> None:
    paths = [path.relative_to(site.root / "feeds").as_posix() for path in (site.root / "feeds").rglob("*.xml")]
    for path in paths:
        reader = Feedparser(address + path)
        reader.refresh()
        for own_id, shown in reader.entries().items():
            assert shown == expected(articles[own_id], f"feedparser {Path(path).stem}"), path

    assert {"language/ar/atom.xml", "section/articles/rss.xml"} <= set(paths)


def test_thunderbird_makes_one_message_of_an_article_that_is_in_several_feeds(address: str) -> None:
    reader = Thunderbird(f"{address}rss.xml")
    reader.refresh()
    reader.take_unread()
    for path in ("atom.xml", "section/articles/rss.xml", "author/ann-lee/atom.xml"):
        reader.url = address + path
        reader.refresh()

    assert reader.take_unread() == []
