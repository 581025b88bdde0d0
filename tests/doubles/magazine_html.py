"""One magazine page as text, and as the HTML that sites of different years would make of it (extracts.md 1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

SPACE = "\u00a0"
LICENCE = "https://creativecommons.org/licenses/by-nd/4.0/"
ORIGINAL = "https://sound.example/2026/ice"
NUMERIC = {"“": "&ldquo;", "”": "&rdquo;", "’": "&#8217;", "–": "&#x2013;", SPACE: "&nbsp;"}


@dataclass(frozen=True, slots=True)
class MagazinePage:
    """The page in its parts; of the body each block is one line, of a figure two."""

    dated_on: str
    title: str
    byline: str
    bio: str
    body: tuple[tuple[str, ...], ...]
    attribution: str
    note: str
    navigation: str
    more: str
    items: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        head = [self.dated_on, self.title, self.byline, SPACE, self.bio, SPACE]
        body = ["\n".join(block) for block in self.body]
        end = [SPACE, self.attribution, self.note, self.navigation, self.more]
        listed = "\n".join(f"{day}\n{line}" for day, line in self.items)
        return "\n\n".join([*head, *body, *end, listed])

    @property
    def headings(self) -> frozenset[str]:
        return frozenset(b[0] for b in self.body if len(b) == 1 and len(b[0].split()) < 10 and b[0][-1].isalpha())


def page_of_text(text: str) -> MagazinePage:
    """The parts of a page whose layout is exactly that of extracts.md 1.2."""
    blocks = [tuple(block.split("\n")) for block in re.split(r"\n\n+", text.strip("\n")) if block.strip()]
    more = next(number for number, block in enumerate(blocks) if block[0].startswith("More "))
    lines = blocks[more + 1]
    return MagazinePage(
        dated_on=blocks[0][0],
        title=blocks[1][0],
        byline=blocks[2][0],
        bio=blocks[3][0],
        body=tuple(blocks[4 : more - 3]),
        attribution=blocks[more - 3][0],
        note=blocks[more - 2][0],
        navigation=blocks[more - 1][0],
        more=blocks[more][0],
        items=tuple(zip(lines[::2], lines[1::2], strict=True)),
    )


Wrap = Callable[[str], str]


def tag(name: str, attributes: str = "") -> Wrap:
    return lambda words: f"<{name}{attributes and ' ' + attributes}>{words}</{name}>"


def line(words: str) -> str:
    """A paragraph of a site that only knows line breaks."""
    return f"{words}<br><br>\n"


def plain(words: str) -> str:
    return escape(words, quote=False)


def with_names(words: str) -> str:
    """Every character that has a name or a number is written so."""
    return "".join(NUMERIC.get(mark, mark) for mark in escape(words, quote=True))


def figure(alt: str, caption: str) -> str:
    return f'<figure class="big"><img src="/i/m.jpg" alt="{alt}"><figcaption>{caption}</figcaption></figure>'


def picture_above(alt: str, caption: str) -> str:
    return (
        f'<div class="image"><img src="/i/m.jpg" alt="{alt}" width="600"></div><p class="wp-caption-text">{caption}</p>'
    )


def picture_in_line(alt: str, caption: str) -> str:
    return f'<p><img src="m.jpg" alt="{alt}"><br /><small>{caption}</small></p>'


def picture_in_table(alt: str, caption: str) -> str:
    inside = f'<tr><td><img src="m.jpg" alt="{alt}"></td></tr><tr><td><i>{caption}</i></td></tr>'
    return f"<table align=left>{inside}</table>"


def two_lines(alt: str, caption: str) -> str:
    return f"<p>{alt}<br>\n{caption}</p>"


def two_bare_lines(alt: str, caption: str) -> str:
    return f"{alt}<br>{caption}<br><br>"


def list_of(before: str, item: str, after: str) -> Callable[[list[tuple[str, str]]], str]:
    """`item` holds DAY and LINE."""

    def make(items: list[tuple[str, str]]) -> str:
        return before + "\n".join(item.replace("DAY", day).replace("LINE", words) for day, words in items) + after

    return make


P, H1, H2, H3 = (tag(name) for name in ("p", "h1", "h2", "h3"))
PARAGRAPHS = list_of("", "<p>DAY</p><p>LINE</p>", "")


@dataclass(frozen=True, slots=True)
class Shape:
    """How one site writes each part of the page."""

    name: str
    date: Wrap = P
    title: Wrap = H1
    byline: Wrap = P
    paragraph: Wrap = P
    heading: Wrap = H3
    figure: Callable[[str, str], str] = figure
    spacer: str = "<p>&nbsp;</p>"
    listed: Callable[[list[tuple[str, str]]], str] = PARAGRAPHS
    navigation: Wrap = P
    more: Wrap = H2
    before: str = "<body><div id=page>"
    after: str = "</div></body>"
    is_linked: bool = True
    escape: Wrap = plain


NAV = '<nav><a href="/">Home</a> <a href="/culture">Culture</a></nav>'
SCRIPT = '<script>var day = "Jan 1st 2020"; document.write("<p>Mar 3rd 2021</p>");</script>'
LOGO = '<header><a href="/"><img src="logo.gif" alt="The Review"></a><p>Tuesday</p></header>'
FOOT = '<footer><p>© The Review</p><a href="/legal">Legal</a></footer>'
OLD_MENU = "<td valign=top><a href='/a'>About</a><br><a href='/c'>Contact</a><br>Nov 24th 2026<br></td>"
BOX = '<div class="share"><a href="/t">Tweet</a> <a href="/p">Print</a></div>'

SHAPES = (
    Shape("paragraphs"),
    Shape(
        "article element",
        tag("time"),
        tag("h1", 'class="title"'),
        tag("address"),
        before=f"<body>{LOGO}{NAV}<main><article>",
        after=f"</article></main>{FOOT}{SCRIPT}</body>",
        listed=list_of("<ul>", "<li><time>DAY</time><p>LINE</p></li>", "</ul>"),
    ),
    Shape(
        "divs",
        *[tag("div")] * 4,
        tag("div"),
        picture_above,
        spacer="<div>&nbsp;</div>",
        listed=list_of("<div>", "<div class=d>DAY</div><div class=x>LINE</div>", "</div>"),
        more=tag("div"),
        navigation=tag("div"),
    ),
    Shape(
        "line breaks",
        *[line] * 4,
        line,
        two_bare_lines,
        spacer="&nbsp;<br>",
        listed=list_of("", "DAY<br>LINE<br>", ""),
        more=line,
        navigation=line,
        before=f"<body bgcolor=white>{SCRIPT}<font face=Arial>",
        after="</font></body>",
    ),
    Shape(
        "old table",
        tag("td"),
        lambda words: f"</tr><tr><td class=head>{words}</td></tr>",
        lambda words: f"<tr><td><em>{words}</em></td></tr><tr><td>",
        tag("p"),
        tag("b"),
        picture_in_table,
        spacer="<br>",
        listed=list_of("<table>", "<tr><td>DAY</td><td>LINE</td></tr>", "</table>"),
        before=f"<body><table><tr>{OLD_MENU}<td><table><tr>",
        after="</td></tr></table></td><td><p>Subscribe</p></td></tr></table></body>",
    ),
    Shape(
        "form around all",
        before='<body><form action="/page.aspx" method=post><input type=hidden name=v><div>',
        after="<select><option>Archive</option></select></div></form></body>",
        heading=lambda words: f"<p><strong>{words}</strong></p>",
        figure=two_lines,
        listed=list_of("<dl>", "<dt>DAY</dt><dd>LINE</dd>", "</dl>"),
    ),
    Shape(
        "named characters",
        escape=with_names,
        figure=picture_in_line,
        byline=lambda words: f"<div><span>{words}</span></div>",
        listed=list_of("<table>", "<tr><td><b>DAY</b><br>LINE</td></tr>", "</table>"),
    ),
    Shape(
        "inline head",
        lambda words: f"<div><span class=date>{words}</span></div>",
        tag("h2"),
        lambda words: f"<em>{words}</em>",
        heading=tag("h2"),
        listed=list_of("", "<p><strong>DAY</strong><br />LINE</p>", ""),
        more=tag("h3"),
    ),
    Shape(
        "titles in the list",
        listed=list_of(
            "",
            '<div><p>DAY</p><a href="/x"><img src="t.jpg" alt="A picture"></a><h4><a href="/x">Another piece</a></h4>'
            "<p>by Ann Ox</p><p>LINE</p></div>",
            "",
        ),
        before=f"<body>{LOGO}<p>Nov 24th 2026</p>{NAV}",
        after=f"{FOOT}</body>",
    ),
    Shape("one line per item", listed=list_of("<ol>", "<li>DAY LINE</li>", "</ol>")),
    Shape("all items in one paragraph", listed=list_of("<p>", "DAY<br>LINE<br>", "</p>")),
    Shape(
        "shared",
        paragraph=tag("p", "style='margin:0'"),
        before=f"<body><div style='display:none'>Feb 2nd 2020</div>{NAV}",
        navigation=lambda words: f"{BOX}<h4><a href='/authors'>{words}</a></h4>",
        listed=list_of("<section>", "<article><h5>DAY</h5><blockquote>LINE</blockquote></article>", "</section>"),
        after="<aside><h3>Newsletter</h3><p>Sign up for our letter.</p></aside></body>",
    ),
    Shape(
        "spans",
        *[lambda words: f"<span>{words}</span><br>\n<br>\n"] * 4,
        lambda words: f"<br><b>{words}</b><br><br>",
        two_bare_lines,
        spacer="<span>&nbsp;</span><br>",
        listed=list_of("", "<span>DAY</span><br><span>LINE</span><br>", ""),
        more=lambda words: f"<b>{words}</b><br>",
        navigation=lambda words: f"<a href='/authors'>{words}</a><br><br>",
    ),
    Shape("no links", is_linked=False, listed=list_of("", "<h6>DAY</h6><div><p>LINE</p></div>", "")),
    Shape(
        "single breaks",
        *[lambda words: f"{words}<br>\n"] * 4,
        lambda words: f"{words}<br>",
        lambda alt, caption: f"{alt}<br>{caption}<br>",
        spacer="",
        listed=list_of("", "DAY<br>LINE<br>", ""),
        more=lambda words: f"<br>{words}<br>",
        navigation=lambda words: f"<br>{words}<br>",
    ),
)


def html_of(page: MagazinePage, shape: Shape, *, url: str = "https://review.example/index.php/culture/ice") -> str:
    """The page as a site of that shape writes it."""
    say = shape.escape
    body = "\n".join(block_of(block, page, shape) for block in page.body)
    parts = [
        shape.date(say(page.dated_on)),
        shape.title(say(page.title)),
        shape.byline(say(page.byline)),
        shape.spacer,
        shape.paragraph(say(page.bio)),
        shape.spacer,
        body,
        shape.spacer,
        shape.paragraph(say(page.attribution)),
        shape.paragraph(linked(page.note, shape)),
        shape.navigation(say(page.navigation)),
        shape.more(say(page.more)),
        shape.listed([(say(day), say(words)) for day, words in page.items]),
    ]
    head = (
        f'<meta charset="utf-8"><title>{escape(page.title)} | Review</title><link rel="canonical" href="{url}">{SCRIPT}'
    )
    inside = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n{shape.before}\n{inside}\n{shape.after}\n</html>\n'


def block_of(block: tuple[str, ...], page: MagazinePage, shape: Shape) -> str:
    if len(block) == 2:
        return shape.figure(shape.escape(block[0]), shape.escape(block[1]))
    words = shape.escape(block[0])
    return shape.heading(words) if block[0] in page.headings else shape.paragraph(words)


def linked(note: str, shape: Shape) -> str:
    words = shape.escape(note)
    if not shape.is_linked:
        return words
    words = words.replace("Creative Commons license", f'<a href="{LICENCE}">Creative Commons license</a>')
    return words.replace("Read the original article", f'Read the <a href="{ORIGINAL}">original article</a>')
