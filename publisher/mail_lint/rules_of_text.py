"""The rules of the text part and of what templates leave over (email.md E15, E16)."""

from __future__ import annotations

from publisher.mail_lint.rule import Rule, error, warning

TEMPLATE = "Correct the template of the text part."
FILLED = "Look for the name in the templates: it was not filled."

TEXT_RULES: tuple[Rule, ...] = (
    error(
        "text-links", "All web links of the HTML are in the text part", "MPART_ALT_DIFF, Ghost #20015; E15", TEMPLATE
    ),
    error("text-words", "At least 85 % of the HTML's words are in the text part", "MPART_ALT_DIFF; E15", TEMPLATE),
    error("text-markup", "No tag and no entity in the text part", "listmonk #610; E15", TEMPLATE),
    warning(
        "text-width",
        "Lines of the text have at most 78 characters; an address may be longer",
        "RFC 3676 4.2; E15",
        TEMPLATE,
    ),
    warning("text-gaps", "At most two empty lines in a row", "Ghost #20015; E15", TEMPLATE),
    warning("text-first-line", "The text's first line is not empty", "E15", TEMPLATE),
    error("leftover-braces", "No braces of a template are left", "practice; E16", FILLED),
    error("leftover-values", "No None, undefined, NaN or merge tag is left", "practice; E16", FILLED),
)
