"""feedgen 1.0.0 as our extension leans on it (feeds.md 2.1): each trap is seen in feedgen, and gone from our output."""

from __future__ import annotations

import locale
from datetime import UTC, datetime, timedelta
from typing import Any

import feedgen.feed
import pytest
from lxml import etree

from publisher.feeds import FeedEntry, FeedInfo, project, render_atom, render_rss
from tests.builders import NOW, an_article

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://harbour.example/feeds/rss.xml"
LATER = NOW + timedelta(hours=3, microseconds=7)


def an_info(**changes: Any) -> FeedInfo:
    values: dict[str, Any] = {
        "id": "tag:harbour.example,2026:feed/all",
        "path": "",
        "title": "The Harbour Review",
        "description": "Essays.",
        "language": "en",
        "home_url": "https://harbour.example/",
        "author": "The Harbour Review",
        "updated": NOW,
    }
    return FeedInfo(**(values | changes))


def an_entry(number: int = 1, **changes: Any) -> FeedEntry:
    return project(an_article(number, **changes), site_url="https://harbour.example/", full_content=True)


def rss_of(*entries: FeedEntry, **info: Any) -> Any:
    return etree.fromstring(render_rss(an_info(**info), entries, url=URL))


def atom_of(*entries: FeedEntry, **info: Any) -> Any:
    return etree.fromstring(render_atom(an_info(**info), entries, url=URL))


def bare_generator() -> Any:
    made = feedgen.feed.FeedGenerator()
    made.id("tag:x,2026:y")
    made.title("T")
    made.link(href="https://harbour.example/")
    made.description("D")
    made.updated(NOW)
    return made


def test_feedgen_still_loses_the_kind_of_a_link_and_we_do_not() -> None:
    made = bare_generator()
    node = made.add_entry()
    node.id("tag:x,2026:z")
    node.title("T")
    node.updated(NOW)
    node.link(href="https://harbour.example/a", rel="alternate", type="text/html")
    [bare] = etree.fromstring(made.atom_str()).findall(f"{ATOM}entry/{ATOM}link")
    assert dict(bare.attrib) == {"href": "https://harbour.example/a"}

    [ours] = atom_of(an_entry()).findall(f"{ATOM}entry/{ATOM}link[@rel='alternate']")
    assert ours.get("type") == "text/html"


def test_feedgen_still_switches_the_locale_for_a_date_and_we_never_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(locale, "setlocale", lambda *arguments: asked.append(arguments) or "C")
    bare_generator().rss_str()
    assert asked

    asked.clear()
    rss_of(an_entry())
    atom_of(an_entry())
    assert asked == []


def test_dates_are_the_entries_own_in_whole_seconds_and_never_the_clock() -> None:
    entry = an_entry(published=NOW, updated=LATER)

    rss, atom = rss_of(entry), atom_of(entry)

    assert rss.findtext("channel/lastBuildDate") == "Tue, 24 Nov 2026 08:00:00 +0000"
    assert rss.findtext("channel/item/pubDate") == "Tue, 24 Nov 2026 08:00:00 +0000"
    assert rss.findtext(f"channel/item/{ATOM}updated") == "2026-11-24T11:00:00Z"
    assert atom.findtext(f"{ATOM}updated") == "2026-11-24T08:00:00Z"
    assert atom.findtext(f"{ATOM}entry/{ATOM}published") == "2026-11-24T08:00:00Z"
    assert atom.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-11-24T11:00:00Z"


def test_updated_is_never_before_published() -> None:
    entry = an_entry(published=NOW, updated=datetime(2020, 1, 1, tzinfo=UTC))

    assert entry.updated == entry.published == NOW


def test_the_channel_has_one_page_one_self_and_no_docs() -> None:
    rss = rss_of(an_entry(), hub="https://hub.example/", licence="https://creativecommons.org/licenses/by/4.0/")

    links = [(link.get("rel"), link.get("href")) for link in rss.findall(f"channel/{ATOM}link")]
    assert rss.findtext("channel/link") == "https://harbour.example/"
    assert links == [
        ("self", URL),
        ("hub", "https://hub.example/"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
    ]
    assert rss.find("channel/docs") is None
    assert rss.findtext("channel/generator") == "Publisher"


def test_several_authors_are_one_creator_in_rss_and_one_element_each_in_atom() -> None:
    entry = an_entry(authors=("Ann Lee", "Bo Ek <bo@example.org>", "Ann Lee"))

    rss, atom = rss_of(entry), atom_of(entry)

    creators = rss.findall("channel/item/{http://purl.org/dc/elements/1.1/}creator")
    assert [creator.text for creator in creators] == ["Ann Lee, Bo Ek"]
    assert rss.find("channel/item/author") is None
    names = atom.findall(f"{ATOM}entry/{ATOM}author/{ATOM}name")
    assert [name.text for name in names] == ["Ann Lee", "Bo Ek"]


def test_a_summary_and_a_body_do_not_replace_each_other() -> None:
    entry = an_entry()
    rss, atom = rss_of(entry), atom_of(entry)

    names = [child.tag.rpartition("}")[2] for child in rss.find("channel/item")]
    assert names.index("description") < names.index("encoded")
    assert atom.findtext(f"{ATOM}entry/{ATOM}summary") == entry.summary
    assert atom.findtext(f"{ATOM}entry/{ATOM}content") == entry.content_html


def test_the_first_entry_given_stands_first() -> None:
    entries = [an_entry(number) for number in (3, 1, 2)]

    assert [item.findtext("title") for item in rss_of(*entries).iter("item")] == ["Article 3", "Article 1", "Article 2"]


def test_an_article_without_a_title_is_named_by_its_first_words() -> None:
    assert an_entry(title=" \n ").title == "The ferry left at six. Nobody was on it."


def test_a_title_like_markup_is_typed_in_atom_and_has_hexadecimal_references_in_rss() -> None:
    title = "AT&T asks: is <b> dead?"
    entry = an_entry(title=title)

    node = atom_of(entry).find(f"{ATOM}entry/{ATOM}title")
    assert (node.get("type"), node.text) == ("html", "AT&amp;T asks: is &lt;b&gt; dead?")
    assert b"<title>AT&#x26;T asks: is &#x3C;b" in render_rss(an_info(), [entry], url=URL)
    assert atom_of(an_entry()).find(f"{ATOM}entry/{ATOM}title").get("type") is None


def test_a_site_named_like_markup_puts_no_element_into_the_channels_description() -> None:
    rss = rss_of(title="<script>x</script>", description="")

    assert rss.findtext("channel/description") == "&lt;script&gt;x&lt;/script&gt;"
    assert rss_of(description="Arts & letters").findtext("channel/description") == "Arts & letters"


def test_a_language_is_named_only_where_it_differs() -> None:
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    atom = atom_of(an_entry(1, language="he"), an_entry(2, language="EN"), an_entry(3, language="no such tag"))

    assert atom.get(xml_lang) == "en"
    assert [entry.get(xml_lang) for entry in atom.findall(f"{ATOM}entry")] == ["he", None, None]


def test_a_category_that_is_there_twice_is_written_once() -> None:
    entry = an_entry(section="current-affairs", tags=("ports", "Current Affairs", "Ports"))

    labels = [(category.term, category.label) for category in entry.categories]
    assert labels == [("current-affairs", "Current affairs"), ("ports", "ports")]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://bücher.example/straße?x=ö#é", "https://xn--bcher-kva.example/stra%C3%9Fe?x=%C3%B6#%C3%A9"),
        ("https://user:pw@harbour.example/a%20b c", "https://harbour.example/a%20b%20c"),
        ("https://harbour.example/a?utm_source=x&p=1&fbclid=2", "https://harbour.example/a?p=1"),
        ("javascript:alert(1)", "https://harbour.example/article-1"),
        ("", "https://harbour.example/article-1"),
    ],
)
def test_the_address_of_an_entry_is_absolute_ascii_and_clean(given: str, wanted: str) -> None:
    assert an_entry(url=given).url == wanted
