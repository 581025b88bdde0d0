"""Jinja2 in its sandbox (reliability.md O7): templates are handed in as text, nothing else is reachable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.errors import RenderError
from publisher.rendering.languages import direction, local_day, local_moment, translations
from publisher.rendering.wrapping import wrap

TEMPLATE_ERRORS = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
UNSAFE_FILTERS = ("attr", "center", "filesizeformat", "format", "indent", "pprint", "wordwrap", "xmlattr")
TEXT_METHODS = frozenset(("endswith", "lower", "lstrip", "rstrip", "startswith", "strip", "upper"))
MAX_FACTOR = 100_000


class MappingLoader(BaseLoader):
    """Templates by name; the name is the file name in errors."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if template not in self.templates:
            raise TemplateNotFound(template)
        return self.templates[template], template, lambda: True

    def list_templates(self) -> list[str]:
        return sorted(self.templates)


class Sandbox(ImmutableSandboxedEnvironment):
    """Besides Jinja2's own rules: no operator, method or filter that makes much out of little."""

    intercepted_binops = frozenset(("**", "*", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        is_small = all(isinstance(value, int | float) and abs(value) <= MAX_FACTOR for value in (left, right))
        if operator == "**" or not is_small:
            raise SecurityError(f"the operator {operator} is not allowed here")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes | int | float) and attr not in TEXT_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)


def environment(templates: Mapping[str, str], *, language: str) -> Environment:
    """An environment over templates given by name (`mail/digest.html`): autoescape in `.html` alone.

    Messages (`{% trans %}`, `_()`) come from the catalogue of `language`. Filters: `day(zone)` and
    `moment(zone)` for aware datetimes, `wrap(width, indent)` for plain text, `direction` for a language
    tag. There are no default globals. A name that is not given is an error, never an empty text.
    """
    made = Sandbox(
        loader=MappingLoader(templates),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
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
    made.filters["direction"] = direction
    install_messages(made, language)
    return made


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


def render_error(name: str, error: Exception) -> RenderError:
    if isinstance(error, TemplateNotFound):
        return RenderError(f"There is no template {error.name}", name, "See templates/ for the names that exist.")
    where = f"{name}:{error_line(name, error)}"
    if isinstance(error, TemplateSyntaxError):
        where = f"{error.name or name}:{error.lineno}"
    return RenderError(f"The template failed: {error}", f"templates/{where}", "Correct it, or remove the site's copy.")


def error_line(name: str, error: Exception) -> int:
    """The last line of the template that the traceback passes (Jinja2 rewrites it to template lines)."""
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == name:
            line = step.tb_lineno
        step = step.tb_next
    return line
