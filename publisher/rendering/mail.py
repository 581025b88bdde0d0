"""An issue as HTML and as text, from two families of templates and the same values (email.md 0, 3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from jinja2 import Environment

from publisher.errors import RenderError
from publisher.rendering.environment import environment, render
from publisher.rendering.fit import FIT_BYTES as FIT_BYTES
from publisher.rendering.fit import STYLE_BYTES, Shape, first_fitting, pressure_of, shaped, shapes, wire_bytes
from publisher.rendering.headers import clean_value
from publisher.rendering.inline_css import inline_css
from publisher.rendering.licences import licence_address
from publisher.rendering.safe import one_line, web_address, words
from publisher.rendering.subjects import calm
from publisher.rendering.theme import on_one_ground
from publisher.rendering.views import ImageView as ImageView
from publisher.rendering.views import IssueView as IssueView
from publisher.rendering.views import ItemView as ItemView
from publisher.rendering.views import Rendered as Rendered

LOOKS = ("magazine", "letter")
PLAIN = "letter"
SUBJECT_LENGTH = 70
SUBJECT_LEAST = 10
LEAD_LENGTH = 60
PERSONAL = re.compile(r'<p class="[^"]*\bpersonal\b[^"]*".*?</p>\n?', re.DOTALL)
PREHEADER_LENGTH = 140
PREHEADER_LEAST = 35


class Renderer:
    """Renders issues from one set of templates, each compiled once for each look and language.

    `templates` are texts by name (`mail/digest.html`). Keep one for all variants of an issue.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self._environments: dict[tuple[str, str], Environment] = {}

    def issue(self, view: IssueView) -> Rendered:
        """Render both parts, fitted to 90,000 bytes of HTML (email.md 3.4); RenderError names template and line."""
        view, env = cleaned(view), self._environment(view.look, view.language)
        made: dict[Shape, Rendered] = {}

        def pressure(shape: Shape) -> float:
            plain = html_of(shaped(view, shape), env)
            if wire_bytes(plain) > FIT_BYTES + STYLE_BYTES:
                return 2 * wire_bytes(plain) / FIT_BYTES  # inlining only adds: about as much again
            made[shape] = finished(plain, shape, text_of(shaped(view, shape), env))
            return pressure_of(made[shape].html, made[shape].text)

        shape = first_fitting(shapes([item.image is not None for item in view.items]), pressure)
        if shape not in made:
            raise RenderError(
                "The templates make the mail larger than 90 kB whatever is left out",
                "templates/mail/digest.html",
                "Make what they include smaller.",
            )
        return made[shape]

    def subject(self, titles: tuple[str, ...], *, language: str, digest_title: str = "") -> str:
        """The lead headline, cut at a word, and how many more there are: at most 70 characters (email.md 7).

        Under ten characters the digest's title follows: filters take less for a missing subject.
        """
        env = self._environment(LOOKS[0], language)
        lead = calm(clean_value(titles[0]))
        rest = len(subject_with(env, "", more_count=len(titles) - 1))
        made = subject_with(env, cut(lead, min(LEAD_LENGTH, SUBJECT_LENGTH - rest - 1)), more_count=len(titles) - 1)
        return (
            made
            if len(made) >= SUBJECT_LEAST
            else cut(f"{made} · {clean_value(digest_title)}".strip(" ·"), SUBJECT_LENGTH)
        )

    def _environment(self, look: str, language: str) -> Environment:
        key = (look, language)
        if key not in self._environments:
            self._environments[key] = environment(self._templates, language=language, look=look)
        return self._environments[key]


def subject_with(env: Environment, lead: str, *, more_count: int) -> str:
    return render(env, "mail/subject.txt", {"lead": lead, "more_count": more_count}).strip()


def preheader_of(view_titles: tuple[str, ...], *, fallbacks: tuple[str, ...]) -> str:
    """The next headlines, of 35 to 140 characters, filled from `fallbacks` where they are short (email.md E10)."""
    text = " · ".join(clean_value(title) for title in view_titles[1:4])
    for more in fallbacks:
        if len(text) < PREHEADER_LEAST:
            text = f"{text} · {clean_value(more)}".strip(" ·")
    return cut(text, PREHEADER_LENGTH)


def cut(text: str, length: int) -> str:
    """A text of at most `length` characters, cut at a word, with an ellipsis where something is missing."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head
    return f"{at_word.rstrip(' ,;:–—-')}…"


def cleaned(view: IssueView) -> IssueView:
    """The view with everything that articles brought made harmless: the templates escape, this drops."""
    return replace(
        view,
        items=labelled(tuple(map(cleaned_item, view.items))),
        preheader=one_line(view.preheader),
        note=words(view.note).strip(),
    )


def labelled(items: tuple[ItemView, ...]) -> tuple[ItemView, ...]:
    """Where a source gave several pieces, the headline stands in the link to each original too."""
    names = Counter(name for name, _ in {(item.original_name, item.original_url) for item in items})
    return tuple(
        replace(
            item,
            original_label=f"{item.original_name}: {item.title}"
            if names[item.original_name] > 1
            else item.original_name or item.original_url,
        )
        for item in items
    )


def cleaned_item(item: ItemView) -> ItemView:
    """A headline is never empty; an address that is not of the web is left out, and its headline is no link."""
    url, original_url = web_address(item.url), web_address(item.original_url)
    return replace(
        item,
        title=one_line(item.title) or url,
        url=url,
        authors=tuple(name for name in map(one_line, item.authors) if name),
        section=one_line(item.section),
        section_heading=one_line(item.section_heading),
        passages=tuple(passage for passage in map(words, item.passages) if passage.strip()),
        licence=licence_address(web_address(item.licence)),
        rights=one_line(item.rights),
        original_name=one_line(item.original_name),
        original_url=original_url,
        image=cleaned_image(item.image),
        image_credit=one_line(item.image_credit),
    )


def cleaned_image(image: ImageView | None) -> ImageView | None:
    url = web_address(image.url) if image else ""
    return replace(image, url=url, alt=one_line(image.alt)) if image and url.startswith("https:") else None


def html_of(view: IssueView, env: Environment) -> str:
    """The HTML before its style sheet is inlined."""
    return render(env, "mail/digest.html", values_of(view))


def text_of(view: IssueView, env: Environment) -> str:
    return tidy(render(env, "mail/digest.txt", values_of(view)))


def values_of(view: IssueView) -> dict[str, object]:
    """The two names that templates know."""
    return {"issue": view, "theme": on_one_ground(view.theme) if view.look == PLAIN else view.theme}


def finished(html: str, shape: Shape, text: str) -> Rendered:
    return Rendered(
        html=inline_css(html),
        text=text,
        full_count=shape.full,
        short_count=shape.shown - shape.full,
        image_count=min(shape.images, shape.full),
    )


def tidy(text: str) -> str:
    """No blanks at line ends, no more than two empty lines in a row, none at the edges."""
    return re.sub(r"\n{4,}", "\n\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n") + "\n"


def archive_html(html: str, *, unsubscribe_url: str, archive_list_url: str, preferences_url: str = "") -> str:
    """The issue's page for the web: the mail's HTML without the paragraphs of class `personal`.

    A personal link that a template of the editor's has elsewhere leads to `archive_list_url` instead.
    """
    page = PERSONAL.sub("", html).replace(unsubscribe_url, archive_list_url)
    return page.replace(preferences_url, archive_list_url) if preferences_url else page
