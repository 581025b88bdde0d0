"""Every rule of the mail linter has a mail that breaks it, and it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from publisher.mail_lint import RULES, Expected, Kind, Severity, lint, lint_parts, problems
from tests.doubles.a_mail import BOUNDARY, EXPECTED, HEADERS, HTML, INK, LINK, TEXT, TOKEN, UNSUBSCRIBE, a_mail, headers

Broken = tuple[bytes, Expected]
Break = Callable[[], Broken]


def html(old: str, new: str) -> Break:
    """The good mail with this one change in its HTML."""
    assert HTML.count(old) >= 1, old
    return lambda: (a_mail(html=HTML.replace(old, new, 1)), EXPECTED)


def text(old: str, new: str) -> Break:
    assert TEXT.count(old) >= 1, old
    return lambda: (a_mail(text=TEXT.replace(old, new, 1)), EXPECTED)


def both(*changes: tuple[str, str]) -> Break:
    """The same changes in both parts."""

    def made() -> Broken:
        page, plain = HTML, TEXT
        for old, new in changes:
            page, plain = page.replace(old, new), plain.replace(old, new)
        return a_mail(html=page, text=plain), EXPECTED

    return made


def header(name: str, line: str) -> Break:
    return lambda: (a_mail(headers=headers(name, line)), EXPECTED)


def wire(old: bytes, new: bytes) -> Break:
    """The good mail with one change in its bytes."""
    assert a_mail().count(old) >= 1, old
    return lambda: (a_mail().replace(old, new, 1), EXPECTED)


def subject(words: str) -> Break:
    return lambda: (a_mail(headers=headers("Subject", f"Subject: {words}")), replace(EXPECTED, subject=words))


MARGINS = "margin-top:0;margin-right:0;margin-bottom:0;margin-left:0;"
WORDS = f'<p class="words" style="{INK}">'
PREHEADER = "Cranes on a Sunday, and what the harbour sounds like"
NIGHT = 'href="https://harbour.example/culture/night"'
STYLE_END = "</style>"
FOOT = f"{WORDS}Quay 7 &amp; Co."

BREAKS: dict[str, Break] = {
    "wire-crlf": wire(b"Precedence: list\r\n", b"Precedence: list\n"),
    "wire-end": lambda: (a_mail()[:-2], EXPECTED),
    "wire-nul": lambda: (a_mail() + b"\0\r\n", EXPECTED),
    "wire-ascii": lambda: (a_mail() + b"\xe4\r\n", EXPECTED),
    "wire-length": lambda: (a_mail() + b"x" * 999 + b"\r\n", EXPECTED),
    "wire-fold": header("List-Id", f"List-Id: {'The Harbour Week ' * 4}<weekly.harbour.example>"),
    "wire-dot": lambda: (a_mail() + b".\r\n", EXPECTED),
    "wire-blank": lambda: (a_mail() + b"behind \r\n", EXPECTED),
    "wire-size": lambda: (a_mail() + (b"x" * 70 + b"\r\n") * 2_900, EXPECTED),
    "header-form": lambda: (a_mail(headers=f"{HEADERS}no header\n"), EXPECTED),
    "header-once": lambda: (a_mail(headers=f"{HEADERS}Precedence: list\n"), EXPECTED),
    "header-forbidden": lambda: (a_mail(headers=f"{HEADERS}Bcc: all@example.org\n"), EXPECTED),
    "header-empty": lambda: (a_mail(headers=f"{HEADERS}X-Auto-Response-Suppress:\n"), EXPECTED),
    "header-from": header("From", "From: digest@harbour.example"),
    "header-noreply": header("Reply-To", "Reply-To: no-reply@harbour.example"),
    "header-to": header("To", "To: Ada <reader@example.org>"),
    "header-reply-to": header("Reply-To", "Reply-To: the editors"),
    "header-date": header("Date", "Date: Tue, 24 Nov 2026 07:30:00 GMT"),
    "header-message-id": header("Message-ID", "Message-ID: <1@localhost>"),
    "header-message-id-domain": header("Message-ID", "Message-ID: <1@other.example>"),
    "header-mime-version": header("MIME-Version", "MIME-Version: 1.1"),
    "header-subject": header("Subject", "Subject: Night shift on the key"),
    "header-encoded-word": lambda: (
        a_mail(headers=headers("Subject", "Subject: =?iso-8859-1?q?N=E4cht_am_Kai?=")),
        replace(EXPECTED, subject="=?iso-8859-1?q?N=E4cht_am_Kai?="),
    ),
    "header-encoded-place": header("From", 'From: "=?utf-8?q?H=C3=A4fen?=" <digest@harbour.example>'),
    "header-encoded-ascii": header("Subject", "Subject: =?utf-8?q?Night_shift_on_the_quay,_and_1_more?="),
    "subject-length": subject("Cranes"),
    "subject-manner": subject("Re: Night shift on the quay"),
    "list-unsubscribe": header("List-Unsubscribe", f"List-Unsubscribe: <{UNSUBSCRIBE}>"),
    "list-unsubscribe-post": header("List-Unsubscribe-Post", "List-Unsubscribe-Post: List-Unsubscribe=one-click"),
    "list-unsubscribe-token": lambda: (
        a_mail(html=HTML.replace(TOKEN, "17"), text=TEXT.replace(TOKEN, "17"), headers=HEADERS.replace(TOKEN, "17")),
        replace(EXPECTED, unsubscribe_url="https://harbour.example/mail/u/17"),
    ),
    "list-id": header("List-Id", "List-Id: The Harbour Week"),
    "list-auto-submitted": header("Precedence", "Precedence: bulk"),
    "list-feedback-id": header("Feedback-ID", "Feedback-ID: weekly"),
    "list-addresses": header("List-Post", "List-Post: <mailto:list@harbour.example>"),
    "list-archive": header("Archived-At", ""),
    "list-none": lambda: (
        a_mail(headers="".join(line for line in HEADERS.splitlines(keepends=True) if "Feedback" not in line)),
        replace(EXPECTED, kind=Kind.PERSONAL),
    ),
    "part-alternative": wire(b"multipart/alternative", b"multipart/mixed"),
    "part-order": lambda: (swapped(a_mail()), EXPECTED),
    "part-attachment": lambda: (attached(a_mail()), EXPECTED),
    "part-boundary": lambda: (a_mail().replace(BOUNDARY.encode(), b"plain"), EXPECTED),
    "part-charset": wire(b"text/plain; charset=utf-8", b"text/plain; charset=us-ascii"),
    "part-encoding": wire(b"quoted-printable\r\n\r\nNight", b"7bit\r\n\r\nNight"),
    "part-quoted-printable": wire(b"The Harbour Week\r\n\r\nNight", b"The Harbour Week\r\n=zz\r\nNight"),
    "part-utf8": wire(b"The Harbour Week\r\n\r\nNight", b"The Harbour Week\r\n=FF\r\nNight"),
    "part-empty": lambda: (a_mail(text=""), EXPECTED),
    "part-characters": text("The Harbour Week", "The Harbour Week \u202e"),
    "html-doctype": html("<!DOCTYPE html>", "<!doctype html>"),
    "html-lang": html('<html lang="en"', "<html"),
    "html-dir": html('dir="ltr"', 'dir="rtl"'),
    "html-title": html("<title>Night shift on the quay, and 1 more</title>", "<title></title>"),
    "html-charset": html('<meta charset="utf-8">', ""),
    "html-viewport": html("initial-scale=1", "maximum-scale=1"),
    "html-scheme": html('"color-scheme" content="light dark"', '"color-scheme" content="light"'),
    "html-nesting": html("</h1>", "</h2>"),
    "html-conditional": html("</tr></table><![endif]-->", "</tr></table><![endif]/-->"),
    "html-outlook": html("<!--[if mso]></td></tr></table><![endif]-->", "<!--[if mso]></td></tr><![endif]-->"),
    "html-ghost-table": html('<table role="presentation" width="600" align', '<table role="presentation" align'),
    "html-table-role": html('<table role="presentation" class="sheet"', '<table class="sheet"'),
    "html-heading": lambda: (a_mail(html=HTML.replace("<h2", "<h3").replace("</h2>", "</h3>")), EXPECTED),
    "html-active": html(FOOT, f"<svg></svg>{FOOT}"),
    "html-handler": html(NIGHT, f'{NIGHT} onclick="x()"'),
    "html-id": html('<div role="article"', '<a href="#nowhere"></a><div role="article"'),
    "html-preheader": html(PREHEADER, "Cranes"),
    "html-hidden": html("display:none;mso-hide:all", "display:none;mso-hide:all;font-size:14px"),
    "html-size": html("</body>", f"<!--{'x' * 100_000}--></body>"),
    "html-size-near": html("</body>", f"<!--{'x' * 90_000}--></body>"),
    "html-width": html("max-width:600px", "max-width:700px"),
    "html-table-width": html('class="sheet" width="100%"', 'class="sheet"'),
    "image-alt": html(' alt="The quay at night"', ""),
    "image-alt-words": html("The quay at night", "quay.jpg"),
    "image-size": html(' height="68"', ""),
    "image-address": html("https://harbour.example/i/quay.jpg", "/i/quay.jpg"),
    "image-https": both(("https://harbour.example/i/quay.jpg", "http://harbour.example/i/quay.jpg")),
    "image-format": both(("quay.jpg", "quay.webp")),
    "image-pixel": html('width="120" height="68"', 'width="1" height="1"'),
    "image-share": html('width="120" height="68"', 'width="552" height="310"'),
    "image-in-text": text("https://harbour.example/i/quay.jpg\n", ""),
    "link-absolute": html("https://harbour.example/culture/night", "/culture/night"),
    "link-https": both(("https://harbour.example/culture/night", "http://harbour.example/culture/night")),
    "link-host": both(("https://harbour.example/culture/night", "https://192.0.2.7/culture/night")),
    "link-empty": html(WORDS, f'{WORDS}<a href="https://harbour.example/piece/cranes"></a>'),
    "link-vague": both(("Cranes on a Sunday</a>", "Read more</a>"), ("Cranes on a Sunday\n", "Read more\n")),
    "link-same-text": both(("Cranes on a Sunday</a>", "Night shift on the quay</a>")),
    "link-shown": both(("Cranes on a Sunday</a>", "www.cranes.example</a>"), ("a Sunday\n", "www.cranes.example\n")),
    "link-underlined": html("text-decoration:underline", "text-decoration:none"),
    "css-layout": html('style="padding:24px"', 'style="padding:24px;position:relative"'),
    "css-unit": html('style="padding:24px"', 'style="padding:2vw"'),
    "css-support": lambda: (a_mail(html=HTML.replace("margin:0;", MARGINS)), EXPECTED),
    "css-external": html(STYLE_END, "@import 'more.css';</style>"),
    "css-size": html(STYLE_END, f"/*{'x' * 8_192}*/</style>"),
    "css-nested": html(STYLE_END, "@media screen { @media print { h1 { margin: 0 } } }</style>"),
    "css-dark": html(".link { color: #a8cdf5 !important; }", ""),
    "contrast-light": html("color:#1d2a33", "color:#8a9aa5"),
    "contrast-dark": html(".link { color: #a8cdf5", ".link { color: #5a6a85"),
    "font-size": html("font:16px/24px", "font:12px/24px"),
    "font-size-small": html("font:16px/24px", "font:13px/24px"),
    "footer-unsubscribe": html(f'<a class="link" style="{LINK}" href="{UNSUBSCRIBE}">Unsubscribe</a>', "Unsubscribe"),
    "footer-address": text("00100 Helsinki", "Helsinki"),
    "text-links": text("https://harbour.example/piece/cranes\n", ""),
    "text-words": text("The harbour had been built for ships of another century,\nand everybody knew it.\n", ""),
    "text-markup": text("The Harbour Week", "The Harbour&nbsp;Week"),
    "text-width": text("century,\nand everybody", "century, and everybody"),
    "text-gaps": text("The Harbour Week\n", "The Harbour Week\n\n\n"),
    "text-first-line": lambda: (a_mail(text=f"\n{TEXT}"), EXPECTED),
    "leftover-braces": text("The Harbour Week", "The Harbour Week {{ item.author }}"),
    "leftover-values": text("The Harbour Week", "The Harbour Week by None"),
}


def swapped(data: bytes) -> bytes:
    """The two parts the other way round."""
    mark = f"--{BOUNDARY}\r\n".encode()
    head, plain, page = data.split(mark)
    page, end = page.split(f"--{BOUNDARY}--".encode())
    return mark.join([head, page, plain]) + f"--{BOUNDARY}--".encode() + end


def attached(data: bytes) -> bytes:
    """A third part behind the two."""
    end = f"--{BOUNDARY}--".encode()
    part = f"--{BOUNDARY}\r\nContent-Type: application/pdf\r\n\r\nJVBERi0=\r\n".encode()
    return data.replace(end, part + end)


@pytest.mark.parametrize("rule_id", list(RULES))
def test_a_mail_that_breaks_one_rule_is_told_this_rule_and_no_other(rule_id: str) -> None:
    data, expected = BREAKS[rule_id]()

    told = lint(data, expected)

    assert {one.rule.id for one in told} == {rule_id}, [(one.rule.id, one.what, one.where) for one in told]
    assert all(one.what and one.where and one.hint for one in told)


def test_in_the_good_mail_nothing_is_found() -> None:
    assert lint(a_mail(), EXPECTED) == ()
    assert lint_parts(HTML, TEXT, EXPECTED) == ()


def test_no_rule_is_without_a_mail_that_breaks_it() -> None:
    assert set(BREAKS) == set(RULES)


def test_rules_have_ids_of_a_group_and_all_that_a_reader_needs() -> None:
    for rule_id, rule in RULES.items():
        assert rule.id == rule_id
        assert rule.id.startswith(f"{rule.group}-") or rule.group == rule.id
        assert rule.title and rule.source and rule.hint
        assert not rule.title.endswith(".")


def test_errors_come_first_and_become_problems_with_the_rules_id() -> None:
    data = a_mail(html=HTML.replace("initial-scale=1", "maximum-scale=1").replace(NIGHT, 'href="/night"'))

    told = lint(data, EXPECTED)

    assert [one.rule.severity for one in told] == [Severity.ERROR, Severity.WARNING]
    (problem,) = problems(told, severity=Severity.ERROR)
    assert problem.what.startswith("link-absolute: ")
    assert problem.where == "HTML, line 27"
    assert [one.what.partition(":")[0] for one in problems(told, severity=Severity.WARNING)] == ["html-viewport"]


def test_of_one_rule_ten_findings_are_told_and_the_rest_is_counted() -> None:
    links = "".join(f'<a href="/{number}" style="{LINK}">Piece {number}</a>' for number in range(25))

    told = lint(a_mail(html=HTML.replace(FOOT, f"{links}{FOOT}")), EXPECTED)

    of_links = [one for one in told if one.rule.id == "link-absolute"]
    assert len(of_links) == 11
    assert of_links[-1].what == "15 more of the same"
