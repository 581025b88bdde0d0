"""All rules, by id, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.mail_lint.rule import Rule
from publisher.mail_lint.rules_of_pages import PAGE_RULES
from publisher.mail_lint.rules_of_text import TEXT_RULES
from publisher.mail_lint.rules_of_wire import WIRE_RULES

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in (*WIRE_RULES, *PAGE_RULES, *TEXT_RULES)})
