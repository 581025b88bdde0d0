"""Jinja2 in its sandbox (reliability.md O7): templates are handed in as text, nothing else is reachable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, tzinfo
from functools import partial
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.nodes import Node
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.errors import RenderError
from publisher.rendering.languages import direction, local_day, local_moment, translations
from publisher.rendering.wrapping import wrap


class RenderingStopped(BaseException):
    """Raised inside a rendering that takes too long, by who watches the time; no library may keep it for itself."""


TEMPLATE_ERRORS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    RenderingStopped,
    TypeError,
    ValueError,
)
UNSAFE_FILTERS = ("attr", "center", "filesizeformat", "format", "indent", "pprint", "wordwrap", "xmlattr")
TEXT_METHODS = frozenset(("endswith", "lower", "lstrip", "rstrip", "startswith", "strip", "upper"))
DAY_ATTRIBUTES = frozenset(("year", "month", "day", "hour", "minute", "isoformat"))
MAX_FACTOR = 100_000
FAMILIES = ("feeds/", "mail/", "pages/")


class MappingLoader(BaseLoader):
    """Templates by name; of `mail/item.html` a look's own `mail/letter/item.html` is taken where there is one.

    The name of what was taken is the file name in errors.
    """

    def __init__(self, templates: Mapping[str, str], *, look: str = "") -> None:
        self.templates, self.look = templates, look

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        folder, _, name = template.partition("/")
        for found in (f"{folder}/{self.look}/{name}", template):
            if found in self.templates:
                return self.templates[found], found, lambda: True
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        return sorted(self.templates)


class Sandbox(ImmutableSandboxedEnvironment):
    """Besides Jinja2's own rules: no operator, method or filter that makes much out of little."""

    intercepted_binops = frozenset(("**", "*", "%"))

    def compile(self, *args: Any, **kwargs: Any) -> Any:
        """As Jinja2 does; a template that cannot even be read through is named as one with a wrong syntax is."""
        try:
            return super().compile(*args, **kwargs)
        except (MemoryError, RecursionError, RenderingStopped) as error:
            name, filename = (*args, None, None)[1:3]
            raise TemplateSyntaxError(reason(error), line_read(error), name, filename) from error

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        is_small = all(isinstance(value, int | float) and abs(value) <= MAX_FACTOR for value in (left, right))
        if operator == "**" or not is_small:
            raise SecurityError(f"the operator {operator} is not allowed here")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes | int | float) and attr not in TEXT_METHODS:
            return False
        if isinstance(obj, date | time | tzinfo) and attr not in DAY_ATTRIBUTES:
            return False
        return super().is_safe_attribute(obj, attr, value)


def environment(templates: Mapping[str, str], *, language: str, look: str = "") -> Environment:
    """An environment over templates given by name (`mail/digest.html`): autoescape in `.html` alone.

    `look`: a folder of a family whose templates come before those of the family (`mail/letter/item.html`).
    Messages (`{% trans %}`, `_()`) come from the catalogue of `language`. Filters: `day(zone)` and
    `moment(zone)` for aware datetimes, `wrap(width, indent)` for plain text, `direction` for a language
    tag, `lines` for the lines of a text that hold something. There are no default globals. A name that is not given
    is an error, never an empty text.
    """
    made = Sandbox(
        loader=MappingLoader(templates, look=look),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        optimized=False,
    )
    gettext_alias = made.globals["_"]
    made.globals.clear()
    made.globals["_"] = gettext_alias
    for name in UNSAFE_FILTERS:
        del made.filters[name]
    made.filters["day"] = lambda value, zone="UTC", style="long": local_day(
        value, language=language, zone=zone, style=style
    )
    made.filters["moment"] = lambda value, zone="UTC", style="long": local_moment(
        value, language=language, zone=zone, style=style
    )
    made.filters["wrap"] = wrap
    made.filters["lines"] = filled_lines
    made.filters["direction"] = direction
    install_messages(made, language)
    return made


def filled_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def install_messages(made: Environment, language: str) -> None:
    found = translations(language)
    # The extension adds this method at run time (jinja2.ext.InternationalizationExtension).
    install = made.install_gettext_callables  # type: ignore[attr-defined]
    install(partial(message, found.gettext), partial(plural_message, found.ngettext), newstyle=True)


def message(gettext: Callable[[str], str], text: str) -> str:
    return gettext(checked_message(text))


def plural_message(ngettext: Callable[[str, str, int], str], one: str, many: str, number: int) -> str:
    return ngettext(checked_message(one), checked_message(many), number)


def checked_message(text: str) -> str:
    """Messages are filled by `%`; a field width there could ask for any amount of memory."""
    if re.search(r"%(?!%|\(\w+\)s)", text.replace("%%", "")):
        raise SecurityError("a message may hold %(name)s and %%, no other use of %")
    return text


def render(made: Environment, name: str, values: Mapping[str, Any]) -> str:
    """The text of a template; RenderError with the template's name and line where it cannot be made."""
    try:
        return made.get_template(name).render(dict(values))
    except TEMPLATE_ERRORS as error:
        raise render_error(name, error) from error


def render_error(name: str, error: BaseException) -> RenderError:
    """What failed, at the line of the template in which it did."""
    place, line = innermost(name, error)
    if isinstance(error, TemplateSyntaxError):
        place, line = error.filename or error.name or place, error.lineno
    return RenderError(reason(error), f"templates/{place}:{line}", "Correct it, or remove the site's copy.")


def reason(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        return f"There is no template {error.name}"
    if isinstance(error, RenderingStopped):
        return "The template takes too long"
    if isinstance(error, MemoryError):
        return "The template needs too much memory"
    if isinstance(error, RecursionError):
        return "The template goes on inside itself without an end"
    if isinstance(error, TemplateSyntaxError):
        return str(error.message) if error.__cause__ else f"The template cannot be read: {error.message}"
    return f"The template failed: {error}"


def innermost(name: str, error: BaseException) -> tuple[str, int]:
    """The last template and line that the traceback passes (which Jinja2 often has rewritten to them)."""
    found, step = (name, 1), error.__traceback__
    while step is not None:
        code, template = step.tb_frame.f_code, step.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = (code.co_filename, template.get_corresponding_lineno(step.tb_lineno))
        elif code.co_filename.startswith(FAMILIES):
            found = (code.co_filename, step.tb_lineno)
        step = step.tb_next
    return found


def line_read(error: BaseException) -> int:
    """The line of the last piece of a template that was looked at when reading it failed."""
    line, step = 1, error.__traceback__
    while step is not None:
        node = step.tb_frame.f_locals.get("node")
        line = node.lineno if isinstance(node, Node) else line
        step = step.tb_next
    return line
