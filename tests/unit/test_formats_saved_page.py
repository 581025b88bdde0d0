"""A magazine page in HTML reads as its text does, whatever its site writes it with (extracts.md 1.2, 1.5)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from publisher.formats import parse_file
from publisher.model.article import Block, BlockKind, Body, Original, ParsedArticle, ParsedFile
from tests.doubles.magazine_html import LICENCE, ORIGINAL, SHAPES, SPACE, MagazinePage, Shape, html_of

LONG = "and so it went on for the whole of that winter, as the books of the port office still show to anyone who asks"
BODY = (
    (f"The ice came early this year, and with it came the bill for 3.75 million; nobody had asked, {LONG}.",),
    (f"“Who pays?” asked the harbour master, who is paid whatever happens, {LONG}. He had put the questoin before.",),
    ("A chart of the bay with both fairways.", "The fairways as they were in March. Ann Ox via Shutterstock"),
    (f"The channel is nine metres deep{SPACE}and costs a million a year to keep open; the town is proud, {LONG}.",),
    ("The price of friendship",),
    (f"But “the town”, as he calls it, has not been asked since 1971, {LONG}. It may be asked again.",),
    ("Sanctions challenge",),
    (f"No, the ice is not the enemy, says the last pilot on the coast – the enemy is the thaw, {LONG}.",),
)
LINES = (
    'EXTRACT: "It was “the worst of winters” for the fleet, and the fleet “deserves” it."',
    'EXTRACTS: "A first passage." ----- "A second – with a dash." ---- "And a third."',
    'EXTRACT: "The thaw comes at 4am (348% of it)."',
    'EXTRACT: "Nobody is to blame."',
    'EXTRACTS: "He fell.The claim is at odds." ------ "“We are facing,” he said, “a winter without end." ---- '
    '"But what is so bad about ice? " ---- "One more."',
    'EXTRACTS: "From 1.41212 to 1.41260 million." ----- "It was 2.6."',
    'EXTRACTS: "Losses are high." ----- "Away from the quay."',
    'EXTRACTS: "Talk is cheap." ----- "History shows."',
    f'EXTRACT: "No, I am not arguing of the{SPACE}stagnation, with its -2.25%."',
    'EXTRACT: "It will be critical."',
    'EXTRACT: "The log is full of damming stories of “wine”...."',
    'EXTRACT: "But even so."',
    'EXTRACT: ".....a remarkable change is taking place."',
    'EXTRACT: " The wisdom is that ice is “great.” The rest is not." ---- "What does it mean?"',
    'EXTRACT: "And then?"',
    'EXTRACT: "One thing." ...... "Another thing."',
    f'EXTRACT: "{BODY[3][0].replace(SPACE, " ")}"',
    'EXTRACT: "By prohibiting it."',
    'EXTRACT: "The assembly was called a “rally.” "',
    'EXTRACT: "It may well be."',
)
DAYS = [*["Jun 11th", "Jun 10th", "Jun 9th", "Jun 8th", "Jun 1st", "Jun 1st", "Jun 1st", "May 27th", "May 26th"]]
DAYS += ["May 26th", "May 26th", "May 17th", "May 4th", "May 3rd", "May 2nd", "Apr 24th", "Apr 17th", "Apr 15th"]
DAYS += ["Apr 13th", "Apr 13th"]
PAGE = MagazinePage(
    dated_on="Apr 17th 2026",
    title="Harbour dispute: who pays for the ice, and who is paid for it while the town looks on",
    byline="by Ada Berg",
    bio="Ada Berg is Senior Pilot, Northern Fairways, Port Office, University of Grundvik",
    body=BODY,
    attribution="Ada Berg, Senior Pilot, Northern Fairways, Port Office, University of Grundvik",
    note="This article is republished from The Sound under a Creative Commons license. Read the original article.",
    navigation="Browse articles by author",
    more="More Current Affairs",
    items=tuple((f"{day} 2026", line) for day, line in zip(DAYS, LINES, strict=True)),
)


def parse_html(html: str) -> ParsedFile:
    return parse_file("page.html", html.encode(), where="page.html")


def article_of(parsed: ParsedFile) -> ParsedArticle:
    assert parsed.article is not None
    return parsed.article


@pytest.fixture(scope="module")
def as_text() -> ParsedFile:
    return parse_file("page.txt", PAGE.text.encode(), where="page.txt")


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.name)
def shape(request: pytest.FixtureRequest) -> Shape:
    made: Shape = request.param
    return made


def blocks(body: Body) -> list[tuple[BlockKind, str, str, str]]:
    def seen(block: Block) -> tuple[BlockKind, str, str, str]:
        return block.kind, body.text[block.start : block.end], block.alt, block.credit

    return [seen(block) for block in body.blocks]


def without_place(warnings: tuple[str, ...]) -> list[str]:
    return [re.sub(r"^page\.\w+:\d+: ", "", warning) for warning in warnings]


def test_the_text_has_every_quirk(as_text: ParsedFile) -> None:
    assert (len(as_text.listed), sum(len(item.passages) for item in as_text.listed)) == (20, 30)
    assert len([text for text in as_text.warnings if "holds 2 passages" in text]) == 2
    assert len([text for text in as_text.warnings if "opened or closed once" in text]) == 1
    assert article_of(as_text).given == (BODY[3][0].replace(SPACE, " "),)


def test_the_article_is_the_same_in_every_shape(as_text: ParsedFile, shape: Shape) -> None:
    found, expected = article_of(parse_html(html_of(PAGE, shape))), article_of(as_text)
    assert (found.title, found.authors, found.published) == (expected.title, ("Ada Berg",), date(2026, 4, 17))
    assert (found.section, found.given) == ("current-affairs", expected.given)
    assert blocks(found.body) == blocks(expected.body)


def test_the_list_is_the_same_in_every_shape(as_text: ParsedFile, shape: Shape) -> None:
    assert parse_html(html_of(PAGE, shape)).listed == as_text.listed


def test_the_warnings_are_the_same_in_every_shape(as_text: ParsedFile, shape: Shape) -> None:
    assert without_place(parse_html(html_of(PAGE, shape)).warnings) == without_place(as_text.warnings)


def test_the_links_of_the_note_are_kept(as_text: ParsedFile, shape: Shape) -> None:
    article = article_of(parse_html(html_of(PAGE, shape)))
    if shape.is_linked:
        assert (article.licence, article.original) == (LICENCE, Original("The Sound", ORIGINAL))
    else:
        assert article.licence == article_of(as_text).licence


def test_the_page_tells_its_address_and_language() -> None:
    article = article_of(parse_html(html_of(PAGE, SHAPES[0], url="https://review.example/culture/ice")))
    assert (article.url, article.language) == ("https://review.example/culture/ice", "en")


def test_a_warning_names_the_line_of_the_html() -> None:
    html = html_of(PAGE, SHAPES[0])
    (warning, *_others) = [text for text in parse_html(html).warnings if "holds 2 passages" in text]
    found = re.match(r"page\.html:(\d+): ", warning)
    assert found is not None
    assert "The wisdom is that ice" in html.split("\n")[int(found[1]) - 1]


def test_links_and_pictures_of_the_body_are_kept() -> None:
    html = html_of(PAGE, SHAPES[0]).replace(
        "the town is proud", 'the <a href="https://town.example/">town</a> is proud'
    )
    body = article_of(parse_html(html)).body
    assert '<a href="https://town.example/" rel="noopener noreferrer">town</a>' in body.html
    assert '<img src="https://review.example/i/m.jpg"' in body.html


@pytest.mark.parametrize("order", ["{title}{date}{byline}", "{title}{byline}{date}", "{date}{title}{byline}"])
def test_the_head_may_stand_in_another_order(order: str) -> None:
    html = html_of(PAGE, SHAPES[0])
    parts = {"date": f"<p>{PAGE.dated_on}</p>", "title": f"<h1>{PAGE.title}</h1>", "byline": f"<p>{PAGE.byline}</p>"}
    head = "\n".join([parts["date"], parts["title"], parts["byline"]])
    assert head in html
    article = article_of(parse_html(html.replace(head, order.format(**parts))))
    assert (article.title, article.authors, article.published) == (PAGE.title, ("Ada Berg",), date(2026, 4, 17))


def test_a_page_of_picks_without_extracts_is_read_to_its_navigation() -> None:
    html = "<body><p>Apr 17th 2026</p><h1>Picks</h1><p>by Ada Berg</p><p>Words of it.</p><h3>Recent Editor's Picks</h3>"
    parsed = parse_html(f"<html>{html}<p>Apr 1st 2026</p><p>Other</p></body></html>")
    assert article_of(parsed).body.text == "Words of it."
    assert parsed.listed == ()


def test_a_page_with_a_date_and_no_list_is_an_ordinary_page() -> None:
    article = article_of(parse_html("<html><body><p>Apr 17th 2026</p><h1>T</h1><p>Words.</p></body></html>"))
    assert article.title == "T"
    assert article.published is None


def test_an_extract_over_several_lines_is_one() -> None:
    rest = '<p>May 1st 2026</p><p>EXTRACTS: "Over<br>two lines." ----</p><p>"And more."</p><p>Foot.</p>'
    parsed = parse_html(f"<html><body><p>Apr 17th 2026</p><h1>T</h1><p>{LONG} {LONG}</p>{rest}</body></html>")
    assert [item.passages for item in parsed.listed] == [("Over two lines.", "And more.")]


def test_a_list_of_signed_pieces_is_no_article() -> None:
    piece = "<p>Apr 17th 2026</p><h2><a href='/x'>A title</a></h2><p>by Ada Berg</p><p>Words of it.</p>"
    article = article_of(parse_html(f"<html><body><h1>Culture</h1>{piece * 3}<p>Back to top</p></body></html>"))
    assert article.title == "Culture"


def test_a_list_of_extracts_below_the_day_of_the_visit_is_no_article() -> None:
    listed = '<p>Apr 1st 2026</p><p>EXTRACT: "One thing."</p>'
    article = article_of(parse_html(f"<html><body><p>Nov 24th 2026</p><h1>Culture</h1>{listed}</body></html>"))
    assert article.title == "Culture"
