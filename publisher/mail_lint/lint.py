"""All rules over one finished mail, or over its two parts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.mail_lint import (
    colours,
    document,
    headers,
    leftovers,
    links,
    list_headers,
    nesting,
    parts,
    styles,
    text_part,
    wire,
)
from publisher.mail_lint.encoded_words import check_encoded_words
from publisher.mail_lint.findings import Expected, Finding, found, limited
from publisher.mail_lint.reading import Mail, read_mail
from publisher.mail_lint.tree import Page, read_page

MailCheck = Callable[[Mail, Expected], Iterator[Finding]]
PageCheck = Callable[[Page, Expected], Iterator[Finding]]
PartsCheck = Callable[[Page, str, Expected], Iterator[Finding]]

MAIL_CHECKS: tuple[MailCheck, ...] = (
    wire.check_bytes,
    wire.check_header_lines,
    wire.check_body_lines,
    headers.check_fields,
    headers.check_mailboxes,
    headers.check_identity,
    headers.check_subject,
    check_encoded_words,
    list_headers.check_list_headers,
    list_headers.check_automatic,
    parts.check_structure,
    parts.check_parts,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (
    document.check_size,
    document.check_root,
    document.check_head,
    nesting.check_nesting,
    nesting.check_conditionals,
    nesting.check_outlook,
    document.check_active,
    document.check_tables,
    document.check_headings,
    document.check_ids,
    document.check_preheader,
    document.check_hidden,
    links.check_links,
    links.check_images,
    links.check_share,
    styles.check_inline,
    styles.check_style_elements,
    styles.check_widths,
    styles.check_fonts,
    styles.check_underlined,
    colours.check_light,
    colours.check_dark,
)
PARTS_CHECKS: tuple[PartsCheck, ...] = (
    text_part.check_links_in_text,
    text_part.check_words,
    text_part.check_lines,
    leftovers.check_leftovers,
    leftovers.check_footer,
)


def lint(data: bytes, expected: Expected) -> tuple[Finding, ...]:
    """What is wrong with a finished mail, given as its RFC 5322 bytes: errors first. Any bytes can be given."""
    mail = read_mail(data)
    of_mail = [one for check in MAIL_CHECKS for one in check(mail, expected)]
    return limited([*of_mail, *findings_of_parts(mail.html, mail.text, expected)])


def lint_parts(html: str, text: str, expected: Expected) -> tuple[Finding, ...]:
    """What is wrong with the two parts of a mail, before it is one."""
    return limited(findings_of_parts(html, text, expected))


def findings_of_parts(html: str, text: str, expected: Expected) -> Iterator[Finding]:
    empty = [name for name, words in (("HTML", html), ("text", text)) if not words.strip()]
    if empty:
        yield from (found("part-empty", f"The {name} part is empty", name) for name in empty)
        return
    page = read_page(html)
    for check in PAGE_CHECKS:
        yield from check(page, expected)
    for check_both in PARTS_CHECKS:
        yield from check_both(page, text, expected)
