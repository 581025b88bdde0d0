"""Strict nesting, of the page and of what Outlook makes of it (HTML 13.2; email.md E9, 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.tokens import Sort, Token, tokens_of
from publisher.mail_lint.tree import VOID, Page

INSIDE = {
    "tr": ("table", "tbody", "thead", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    "tbody": ("table",),
    "thead": ("table",),
    "tfoot": ("table",),
    "li": ("ul", "ol"),
    "head": ("html",),
    "body": ("html",),
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = (
    *("table", "div", "p", *HEADINGS, "ul", "ol", "li", "blockquote", "pre", "hr", "section", "article", "header"),
    *("footer", "main", "form", "dl", "address"),
)
WORDLESS = frozenset(["table", "tbody", "thead", "tfoot", "tr"])
HIDDEN = re.compile(r"\[if ([^\]]+)\]>(.*)<!\[endif\]", re.DOTALL)
REVEALED = "[if !mso]><!"
OPENED = re.compile(r"<!--\[if ([^\]]+)\]>(<!-->)?|<!--<!\[endif\]-->|<!\[endif\]-->")
MOST = 5


def check_nesting(page: Page, _: Expected) -> Iterator[Finding]:
    """The page as a browser reads it: at most five faults, since one brings others."""
    for number, (line, fault) in enumerate(faults(page.tokens)):
        if number < MOST:
            yield found("html-nesting", fault, f"HTML, line {line}")


def faults(tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """Line and fault of all that is not closed, closed in another order, or stands where it may not."""
    stack: list[Token] = []
    for token in tokens:
        match token.sort:
            case Sort.OPEN:
                yield from opened(token, stack)
            case Sort.CLOSE:
                yield from closed(token, stack)
            case Sort.BROKEN:
                yield token.line, f"{shown(token.text)} does not end"
            case Sort.TEXT if token.text.strip() and stack and stack[-1].text in WORDLESS:
                yield token.line, f"Words stand in <{stack[-1].text}> outside a cell"
    for left in stack:
        yield left.line, f"<{left.text}> is not closed"


def opened(token: Token, stack: list[Token]) -> Iterator[tuple[int, str]]:
    name, parent = token.text, stack[-1].text if stack else ""
    if name in INSIDE and parent not in INSIDE[name]:
        yield token.line, f"<{name}> stands in <{parent}>"
    elif parent in WORDLESS and name not in INSIDE and name not in ("caption", "colgroup", "col"):
        yield token.line, f"<{name}> stands in <{parent}> outside a cell"
    if name in BLOCKS and parent in ("p", *HEADINGS):
        yield token.line, f"<{name}> stands in <{parent}>"
    if name == "a" and any(one.text == "a" for one in stack[-20:]):
        yield token.line, "A link stands in a link"
    if name in VOID:
        return
    if token.is_closed and ":" not in name:
        yield token.line, f"<{name}/> does not close itself"
    if not token.is_closed:
        stack.append(token)


def closed(token: Token, stack: list[Token]) -> Iterator[tuple[int, str]]:
    if stack and stack[-1].text == token.text:
        stack.pop()
        return
    yield token.line, f"</{token.text}> closes nothing" + (f"; <{stack[-1].text}> is open" if stack else "")
    for back in range(2, min(len(stack), 5) + 1):
        if stack[-back].text == token.text:
            del stack[-back:]
            return


def check_conditionals(page: Page, _: Expected) -> Iterator[Finding]:
    """Conditional comments: the two forms that mail clients know, opened and closed by turns."""
    is_open = False
    for token in page.tokens:
        where = f"HTML, line {token.line}"
        if token.sort is Sort.DECLARATION and re.match(r"\s*\[(?:if|endif)", token.text):
            yield found("html-conditional", f"{shown('<!' + token.text + '>')} is of neither form", where)
        if token.sort is not Sort.COMMENT:
            continue
        if token.text == REVEALED and not is_open:
            is_open = True
        elif token.text == "<![endif]" and is_open:
            is_open = False
        elif looks_conditional(token.text) and not is_whole(token.text):
            yield found("html-conditional", f"{shown('<!--' + token.text + '-->')} is not closed exactly", where)
    if is_open:
        yield found("html-conditional", "<!--[if !mso]><!--> is not closed", "HTML")


def looks_conditional(comment: str) -> bool:
    return re.search(r"\[\s*(?:if\b|endif)", comment, re.IGNORECASE) is not None


def is_whole(comment: str) -> bool:
    match = HIDDEN.fullmatch(comment)
    return match is not None and not looks_conditional(match[2])


def check_outlook(page: Page, expected: Expected) -> Iterator[Finding]:
    """The same for Outlook, which reads what stands in conditional comments; told once the page itself is nested."""
    if next(faults(page.tokens), None) is not None or next(check_conditionals(page, expected), None) is not None:
        return
    for number, (line, fault) in enumerate(faults(tokens_of(outlook_view(page.source)))):
        if number < MOST:
            yield found("html-outlook", fault, f"HTML in Outlook, line {line}")


def outlook_view(source: str) -> str:
    """The page with `[if mso]` opened and `[if !mso]` taken out; line breaks stay, so that lines keep their numbers."""
    made, at, is_out = [], 0, False
    for mark in OPENED.finditer(source):
        piece = source[at : mark.start()]
        made.append("\n" * piece.count("\n") if is_out else piece)
        is_out = mark[1] is not None and not is_for_outlook(mark[1])
        at = mark.end()
    return "".join([*made, source[at:]])


def is_for_outlook(condition: str) -> bool:
    """`mso`, `gte mso 9`, `(mso)|(IE)`: all but a negation; of `lt mso …` nobody writes."""
    return "mso" in condition and "!" not in condition
