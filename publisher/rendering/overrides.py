"""What is wrong with an editor's own templates of the mail, found by reading them alone (reliability.md O7).

Nothing is run here: names, includes and the links that a footer must hold. What only running can tell (a loop without
an end, a text too long) is told when an issue is rendered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields

from jinja2 import Environment, TemplateError, nodes

from publisher.model.article import Problem
from publisher.rendering.environment import environment, render_error
from publisher.rendering.mail import LOOKS
from publisher.rendering.theme import Theme
from publisher.rendering.views import IssueView, ItemView

GIVEN = frozenset(("issue", "item", "theme", "loop", "_", "gettext", "ngettext", "lead", "more_count", "caller"))
KNOWN = {
    "issue": frozenset(("has_sections", *(field.name for field in fields(IssueView)))),
    "item": frozenset(field.name for field in fields(ItemView)),
    "theme": frozenset(field.name for field in fields(Theme)),
}
NEEDED = ("issue.unsubscribe_url", "issue.postal_address")
"""A block that holds one of these as shipped holds it in the editor's copy too (email.md E14)."""
HINT = "Correct it, or remove the site's copy."


def override_problems(
    templates: Mapping[str, str], own: Collection[str], *, shipped: Mapping[str, str]
) -> tuple[Problem, ...]:
    """What is wrong with the templates of the mail named in `own`, each with file and line.

    `templates` are all, as a mail sees them; `shipped` those that come with the program.
    """
    made = environment(templates, language="en")
    names = sorted(name for name in own if name.startswith("mail/"))
    return tuple(problem for name in names for problem in problems_of(name, made, templates, shipped=shipped))


def problems_of(
    name: str, made: Environment, templates: Mapping[str, str], *, shipped: Mapping[str, str]
) -> Iterator[Problem]:
    where = f"templates/{name}"
    try:
        tree = made.parse(templates[name], name, name)
    except (TemplateError, RecursionError) as error:
        told = render_error(name, error)
        yield Problem(told.what, told.where, told.hint)
        return
    yield from included(tree, where, templates)
    yield from unknown_names(tree, where)
    for used in tree.find_all((nodes.Filter, nodes.Test)):
        if used.name not in (made.filters if isinstance(used, nodes.Filter) else made.tests):
            yield Problem(f"There is no filter or test {used.name!r}", f"{where}:{used.lineno}", HINT)
    for needed in NEEDED:
        if needed in shipped.get(name, "") and needed not in templates[name]:
            yield Problem(f"{{{{ {needed} }}}} is missing", f"{where}:1", "Every mail must hold it: put it back.")
    if name not in shipped and not is_used(name, templates):
        yield Problem("No template of the mail has this name, and none includes it", f"{where}:1", "Is it misspelt?")


def included(tree: nodes.Template, where: str, templates: Mapping[str, str]) -> Iterator[Problem]:
    """Includes, imports and parents that do not exist."""
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        target = getattr(node, "template", None)
        if isinstance(target, nodes.Const) and not exists(str(target.value), templates):
            yield Problem(f"There is no template {target.value}", f"{where}:{node.lineno}", HINT)


def exists(name: str, templates: Mapping[str, str]) -> bool:
    folder, _, rest = name.partition("/")
    return name in templates or any(f"{folder}/{look}/{rest}" in templates for look in LOOKS)


def unknown_names(tree: nodes.Template, where: str) -> Iterator[Problem]:
    """Names that nothing gives, and fields that an issue, an item or a theme does not have."""
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    stored |= {node.name for node in tree.find_all(nodes.Macro)}
    stored |= {node.target for node in tree.find_all(nodes.Import)}
    is_extended = any(True for _ in tree.find_all((nodes.FromImport, nodes.Extends)))
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in GIVEN | stored and not is_extended:
            yield Problem(f"{node.name!r} is undefined", f"{where}:{node.lineno}", HINT)
    for field in tree.find_all(nodes.Getattr):
        owner = field.node.name if isinstance(field.node, nodes.Name) else ""
        if owner not in stored and field.attr not in KNOWN.get(owner, {field.attr}):
            yield Problem(f"{owner}.{field.attr} does not exist", f"{where}:{field.lineno}", HINT)


def is_used(name: str, templates: Mapping[str, str]) -> bool:
    """Whether another template names it, as it is or without the folder of its look."""
    folder, _, rest = name.partition("/")
    look, _, block = rest.partition("/")
    asked = f"{folder}/{block}" if look in LOOKS else name
    return any(f'"{asked}"' in text or f"'{asked}'" in text for text in templates.values())
