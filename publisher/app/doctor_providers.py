"""What Gmail's, Yahoo's and Microsoft's rules for bulk senders say of the findings (email.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.app.doctor_findings import Finding, Verdict, failed, passed, warned


@dataclass(frozen=True, slots=True)
class Provider:
    """`needs`: the findings that its rules rest on. `more`: what no look from here shows."""

    name: str
    needs: tuple[str, ...]
    since: str
    more: str


ALL = ("spf", "dkim", "dmarc", "alignment", "unsubscribe")
PROVIDERS = (
    Provider(
        "gmail",
        (*ALL, "relay-tls", "reverse"),
        "Gmail, over 5,000 a day (since February 2024)",
        "Keep complaints below 0.1 % in Postmaster Tools, never at 0.3 %: https://support.google.com/a/answer/14229414",
    ),
    Provider(
        "yahoo",
        (*ALL, "reverse"),
        "Yahoo, bulk (since February 2024)",
        "Keep complaints below 0.3 %: https://senders.yahooinc.com/best-practices/",
    ),
    Provider(
        "microsoft",
        ALL,
        "Outlook.com, over 5,000 a day (since May 2025)",
        "Outlook.com, hotmail.com and live.com want SPF and DKIM both to pass: else 550 5.7.515.",
    ),
)


def look_at_providers(findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each provider; nothing where the DNS was not asked."""
    verdicts = {one.id: one.verdict for one in findings}
    if "spf" not in verdicts:
        return
    for provider in PROVIDERS:
        yield look_at_provider(provider, verdicts)


def look_at_provider(provider: Provider, verdicts: Mapping[str, Verdict]) -> Finding:
    """FAIL names what breaks its rules; WARN what may, or could not be looked at."""
    broken = [one for one in provider.needs if verdicts.get(one) is Verdict.FAIL]
    unsure = [one for one in provider.needs if verdicts.get(one, Verdict.WARN) is Verdict.WARN]
    if broken:
        what = f"{provider.since}: refused or filed as spam, for {', '.join(broken)}"
        return failed(provider.name, what, f"Mend {', '.join(broken)} above. {provider.more}")
    if unsure:
        what = f"{provider.since}: nothing against its rules, but look at {', '.join(unsure)}"
        return warned(provider.name, what, provider.more)
    what = f"{provider.since}: every rule that can be seen from here is kept."
    return passed(provider.name, what)
