"""The linter of a mail: rules with ids and sources over the finished bytes (email.md 1).

`lint(data, expected)` gives the findings; a rule of severity error stops an issue, a warning is told. The rules are
listed in docs/reference/mail-rules.md, which is made of the registry.
"""

from publisher.mail_lint.findings import Expected, Finding, Kind, problems
from publisher.mail_lint.links import addresses_in
from publisher.mail_lint.lint import lint, lint_parts
from publisher.mail_lint.registry import RULES
from publisher.mail_lint.rule import Rule, Severity

__all__ = ["RULES", "Expected", "Finding", "Kind", "Rule", "Severity", "addresses_in", "lint", "lint_parts", "problems"]
