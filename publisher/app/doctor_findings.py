"""What one look at the world gives: a verdict, what was seen, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from publisher.mail_auth import shown


class Verdict(StrEnum):
    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: `id` as docs/reference/doctor.md has it, what was seen, what to do, and where (a name, a key)."""

    id: str
    verdict: Verdict
    what: str
    hint: str = ""
    where: str = ""


Remark = tuple[Verdict, str, str]
"""A part of a finding: verdict, what, what to do."""


MAX_WORDS = 600


def passed(name: str, what: str, *, where: str = "") -> Finding:
    return found(name, Verdict.PASS, what, where=where)


def warned(name: str, what: str, hint: str, *, where: str = "") -> Finding:
    return replace(found(name, Verdict.WARN, what, where=where), hint=hint)


def failed(name: str, what: str, hint: str, *, where: str = "") -> Finding:
    return replace(found(name, Verdict.FAIL, what, where=where), hint=hint)


def found(name: str, verdict: Verdict, what: str, *, where: str) -> Finding:
    """A finding with words of the outside made fit for a terminal: name servers, relays and mails may say anything."""
    return Finding(name, verdict, shown(what, limit=MAX_WORDS), where=shown(where))


def summed(name: str, remarks: Iterable[Remark], *, good: str, where: str = "") -> Finding:
    """One finding of several remarks, worst first; `good` where there is none."""
    order = (Verdict.FAIL, Verdict.WARN, Verdict.PASS)
    given = sorted(remarks, key=lambda remark: order.index(remark[0]))
    if not given:
        return passed(name, good, where=where)
    hints = dict.fromkeys(hint for _, _, hint in given if hint)
    what = "; ".join(what for _, what, _ in given)
    return replace(found(name, given[0][0], what, where=where), hint=" ".join(hints))
