"""Markup that would run, in every field of every source: nothing active comes out anywhere (P3, K16, O5, O6, O10)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from publisher.app.issue_mail import Frame, make_draft
from publisher.app.publish import Wanted, publish
from publisher.app.runtime import Runtime, open_runtime
from publisher.model.article import ArticleState
from publisher.model.ids import IssueId
from publisher.model.reports import PublishReport
from publisher.storage.articles import iter_articles
from tests.acceptance.a_site import CONFIG, NOW
from tests.doubles import active
from tests.doubles.hostile_markup import payloads
from tests.doubles.proving import some
from tests.doubles.web_server import Reply, WebServer

WORDS = "The pilot boat went out before the fog had lifted, and nobody on the quay could say what it was looking for."
ISSUE_SIZE = 30
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
ITEM = f"""<item><title>{{number}} {{text}}</title><link>{{link}}</link>
<guid isPermaLink="false">{{number}}-{{text}}</guid>
<author>{{text}}</author><category>{{text}}</category><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate>
<enclosure url="{{text}}" length="1" type="{{text}}"/><comments>{{text}}</comments>
<media:content xmlns:media="{MEDIA}" url="{{text}}" medium="image"/><source url="{{text}}">{{text}}</source>
<description>{{text}}</description>
<content:encoded xmlns:content="{CONTENT}">&lt;p&gt;{WORDS} {{number}}&lt;/p&gt;{{text}}</content:encoded>
</item>"""
ENTRY = """<entry><id>{number}</id><title type="html">{number} {text}</title>
<link href="{text}"/><link rel="enclosure" href="{text}"/>
<author><name>{text}</name><uri>{text}</uri></author><category term="{text}" label="{text}"/><rights>{text}</rights>
<updated>2026-11-23T08:00:00Z</updated><summary type="html">{text}</summary>
<content type="html">{text} words {number}</content></entry>"""


def written_config(*sources: str, by: str = "[]") -> str:
    tables = "\n\n".join(f"[[sources]]\n{one}" for one in sources)
    feeds = f"[feeds]\nentries = 1000\nfull_content = true\nby = {by}"
    return CONFIG.replace("[feeds]", f"{tables}\n\n{feeds}").replace("[relay]", "max_items = 1000\n\n[relay]")


def published(root: Path, config: str) -> PublishReport:
    """Collect, write the feeds and the digest of a site, in this process."""
    (root / "config").mkdir(parents=True)
    (root / "articles").mkdir(exist_ok=True)
    (root / "config/publisher.toml").write_text(config)
    with open_runtime(root, environ={"PUBLISHER_NOW": NOW}) as runtime:
        report = publish(runtime, Wanted(mail=False))
        write_digests(runtime)
    return report


def write_digests(runtime: Runtime) -> None:
    """Every article in some issue, as the mail and the archive page show it."""
    folder = runtime.root / "var/preview"
    folder.mkdir()
    with runtime.read() as tx:
        everything = list(iter_articles(tx, states=(ArticleState.PUBLISHED,)))
    for at in range(0, len(everything), ISSUE_SIZE):
        frame = Frame(IssueId(f"daily-{at}"), runtime.now(), by_hand=True)
        held = everything[at : at + ISSUE_SIZE]
        draft = make_draft(runtime, runtime.settings.digests[0], held, frame=frame, strict=False)
        (folder / f"{frame.issue_id}.html").write_text(draft.variants[0].html)


def collected(report: PublishReport) -> int:
    return sum(one.new + one.held for one in report.collect.sources)


def judged(root: Path) -> dict[str, list[str]]:
    """Every file that a reader may get, with what is active in it; those without are left out."""
    found = {}
    for path in sorted([*(root / "feeds").rglob("*"), *(root / "var/preview").glob("*.html")]):
        if path.is_file():
            found[path.relative_to(root).as_posix()] = active_in(path)
    assert len(found) >= 6
    return {name: ones for name, ones in found.items() if ones}


def active_in(path: Path) -> list[str]:
    if path.suffix == ".json":
        return active.in_json_feed(path.read_bytes())
    if path.suffix in (".xml", ".opml"):
        return active.in_xml_feed(path.read_bytes())
    return active.in_page(path.read_text())


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def front_matter(payload: str, number: int) -> str:
    keys = {"title": payload, "author": payload, "section": payload, "licence": payload}
    lines = [f"{key}: {quoted(value)}" for key, value in keys.items()]
    original = f"original:\n  name: {quoted(payload)}\n  url: https://elsewhere.example/{number}"
    return "\n".join(["---", *lines, f"tags: [{quoted(payload)}]", original, "date: 2026-11-23", "---", ""])


def markdown(payload: str, number: int) -> str:
    escaped = payload.replace("]", "\\]")
    body = [WORDS, f"[words]({payload})", f"![{escaped}](/x.png)", payload, WORDS]
    return front_matter(payload, number) + "\n\n".join(body)


def page(payload: str, number: int) -> str:
    value = html.escape(payload)
    body = f'<p>{WORDS}</p><p><a href="{value}" title="{value}">x</a><img src="{value}" alt="{value}"></p>{payload}'
    return f"{front_matter(payload, number)}{body}\n"


def fill(folder: Path, chosen: Sequence[str], *, first: int = 0) -> None:
    """Each payload in a Markdown file and in an HTML file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, payload in enumerate(chosen, start=first):
        (folder / f"m{number}.md").write_text(markdown(payload, number))
        (folder / f"h{number}.html").write_text(page(payload, number))


@pytest.fixture
def upstream() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def test_there_are_as_many_payloads_as_the_reference_asks_for() -> None:
    assert len(payloads()) >= 2766


def test_the_judge_sees_them_where_nothing_was_cleaned() -> None:
    plain = [one for one in some(payloads(), 300) if re.search(r"<[a-zA-Z]", one.replace("<a href", ""))]

    assert sum(bool(active.in_fragment(one)) for one in plain) > 0.9 * len(plain)
    assert active.in_xml_feed(b"<rss><channel><description>&lt;svg/onload=x&gt;</description></channel></rss>")
    assert active.in_json_feed(b'{"items": [{"content_html": "<p onclick=x>"}, {"url": "javascript:x"}]}')
    assert active.in_page("<!doctype html><body><style>@import 'x'</style>")


def test_in_the_files_of_a_folder(tmp_path: Path) -> None:
    chosen = some(payloads(), 60)
    fill(tmp_path / "articles", chosen)

    report = published(tmp_path, written_config())

    assert collected(report) > 1.9 * len(chosen)
    assert judged(tmp_path) == {}


def test_as_the_names_of_feeds(tmp_path: Path) -> None:
    chosen = some(payloads()[::3], 12)
    fill(tmp_path / "articles", chosen)

    published(tmp_path, written_config(by='["section", "author"]'))

    assert len(list((tmp_path / "feeds/section").iterdir())) > 0.8 * len(chosen)
    assert judged(tmp_path) == {}


def test_in_the_items_of_a_feed(upstream: WebServer, tmp_path: Path) -> None:
    chosen = [one for one in some(payloads(), 100) if one.isprintable()]
    items = []
    for number, payload in enumerate(chosen):
        link = html.escape(payload) if number % 2 else f"{upstream.url}/{number}"
        items.append(ITEM.format(text=html.escape(payload), link=link, number=number))
    sources = split(upstream, items, '<rss version="2.0"><channel><title>Up</title>{}</channel></rss>')

    report = published(tmp_path, written_config(*sources))

    assert collected(report) > 0.95 * len(chosen)
    assert judged(tmp_path) == {}


def test_in_the_entries_of_an_atom_feed(upstream: WebServer, tmp_path: Path) -> None:
    chosen = [one for one in some(payloads(), 100) if one.isprintable()]
    entries = [ENTRY.format(text=html.escape(one), number=at) for at, one in enumerate(chosen)]
    sources = split(upstream, entries, '<feed xmlns="http://www.w3.org/2005/Atom"><title>Up</title>{}</feed>')

    report = published(tmp_path, written_config(*sources))

    assert collected(report) > 0.95 * len(chosen)
    assert judged(tmp_path) == {}


def test_in_the_posts_of_a_wordpress_site(upstream: WebServer, tmp_path: Path) -> None:
    chosen = some(payloads(), 100)
    posts = [post(payload, number, upstream.url) for number, payload in enumerate(chosen)]
    groups = [posts[at : at + 100] for at in range(0, len(posts), 100)]
    upstream.routes["/"] = Reply(200, b"<html><body>Home</body></html>", {"Content-Type": "text/html"})
    for number, group in enumerate(groups, start=1):
        headers = {"Content-Type": "application/json", "X-WP-TotalPages": str(len(groups))}
        reply = Reply(200, json.dumps(group).encode(), headers)
        upstream.routes[f"page={number}"] = reply
    upstream.routes["/wp-json/wp/v2/posts"] = lambda request: upstream.routes[f"page={request.query.get('page', 1)}"]  # type: ignore[return-value]

    report = published(tmp_path, written_config(a_source(upstream, "wordpress", "/")))

    assert collected(report) > 0.95 * len(chosen)
    assert judged(tmp_path) == {}


def post(payload: str, number: int, url: str) -> dict[str, object]:
    named = {"author": [{"name": payload}], "wp:featuredmedia": [{"source_url": payload}]}
    named["wp:term"] = [[{"taxonomy": "category", "name": payload, "slug": payload}]]  # type: ignore[list-item]
    return {
        "id": number,
        "date_gmt": "2026-11-23T08:00:00",
        "modified_gmt": "2026-11-23T08:00:00",
        "slug": payload,
        "link": payload if number % 2 else f"{url}/{number}",
        "title": {"rendered": payload},
        "content": {"rendered": f"<p>{WORDS}</p>{payload}", "protected": False},
        "excerpt": {"rendered": payload},
        "_embedded": named,
    }


def split(upstream: WebServer, items: Sequence[str], form: str) -> list[str]:
    """The items in as many feeds as it takes: of one, the first 1,000 are read."""
    sources = []
    for at in range(0, len(items), 900):
        body = form.format("".join(items[at : at + 900]))
        upstream.routes[f"/{at}"] = Reply(200, body.encode(), {"Content-Type": "application/xml"})
        sources.append(a_source(upstream, "feed", f"/{at}", name=f"upstream-{at}"))
    return sources


def a_source(upstream: WebServer, kind: str, path: str, name: str = "upstream") -> str:
    return f'name = "{name}"\nkind = "{kind}"\nurl = "{upstream.url}{path}"\nallow_private = true'
