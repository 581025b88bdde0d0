"""The DNS as a receiver of the digest sees it: SPF, DKIM, DMARC, alignment, MX, reverse names (email.md D1-D4, D8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.app.doctor_findings import Finding, Remark, Verdict, failed, passed, summed, warned
from publisher.app.doctor_hosts import address_of, look_at_cover, look_at_reverse
from publisher.app.doctor_sender import Sender
from publisher.mail_auth import Answer, Resolver, Status, is_reserved, shown
from publisher.mail_auth.dkim import ADVISED_BITS, FLOOR_BITS, USUAL_SELECTORS, DkimKey, parse_key
from publisher.mail_auth.dmarc import Dmarc, DmarcWalk, is_aligned, walk_dmarc
from publisher.mail_auth.spf import Result
from publisher.mail_auth.spf_walk import MOST_LOOKUPS, MOST_VOID, SpfWalk, walk_spf

RESOLVER_HINT = "Check /etc/resolv.conf, or name one: PUBLISHER_DNS=ADDRESS:PORT."
ENDINGS = {Result.FAIL: "-all", Result.SOFTFAIL: "~all"}
MOST_MX, MOST_FAULTS = 3, 3
LATER = "Ask again later: its name servers did not answer."


def look_at_dns(sender: Sender, resolver: Resolver) -> Iterator[Finding]:
    """Each look in turn. Where there is nothing to ask, or nobody who answers, one WARN stands for all that is left."""
    reserved = [one for one in (sender.from_domain, sender.envelope_domain) if is_reserved(one)]
    if reserved:
        what = f"{reserved[0] or 'relay.from'} is reserved (RFC 6761) or no domain: nothing to look up"
        hint = "Set relay.from, and relay.envelope_domain if you use it, to your own domain."
        yield warned("dns", what, hint, where="relay.from")
        return
    left = list(LOOKS)
    while left:
        finding = LOOKS[left[0]](sender, resolver)
        if resolver.is_silent:
            yield warned("dns", f"no name server answers; not looked at: {', '.join(left)}", RESOLVER_HINT)
            return
        if finding is not None:
            yield finding
        left.pop(0)


def look_at_spf(sender: Sender, resolver: Resolver) -> Finding:
    domain = sender.envelope_domain
    walk = walk_spf(domain, resolver)
    record = shown(walk.top.record.text) if walk.top else ""
    good = f"`{record}`, {walk.lookups} of {MOST_LOOKUPS} lookups"
    return summed("spf", spf_remarks(walk), good=good, where=domain)


def spf_remarks(walk: SpfWalk) -> Iterator[Remark]:
    """What is wrong with a record (RFC 7208 4.5, 4.6.4; email.md D1)."""
    if walk.count > 1:
        yield Verdict.FAIL, f"{walk.count} SPF records", "Join them to one: receivers take none of them."
        return
    if walk.top is None:
        yield no_record(walk.status, "no SPF record", f'Publish a TXT at {walk.domain}: "v=spf1 include:RELAY ~all".')
        return
    for fault in walk.faults[:MOST_FAULTS]:
        yield Verdict.FAIL, fault, "Correct the record: receivers drop all of it (permerror)."
    if walk.lookups > MOST_LOOKUPS:
        hint = "Leave out includes that nobody sends by: receivers drop all of it (permerror)."
        yield Verdict.FAIL, f"{walk.lookups} lookups, at most {MOST_LOOKUPS} are made", hint
    if len(walk.voids) > MOST_VOID:
        names = ", ".join(dict.fromkeys(walk.voids))
        hint = "Take out the names that are gone."
        yield Verdict.FAIL, f"{len(walk.voids)} lookups find nothing ({shown(names)}), at most {MOST_VOID} may", hint
    if walk.unknown:
        yield Verdict.WARN, f"no answer for {', '.join(dict.fromkeys(walk.unknown))}", LATER
    yield from ending_remarks(walk)


def ending_remarks(walk: SpfWalk) -> Iterator[Remark]:
    ending = walk.ending
    if ending is Result.PASS:
        yield Verdict.FAIL, "it ends in +all: anybody may send for you", "End it with ~all or -all."
    elif ending not in ENDINGS and not walk.unknown:
        end = "?all" if ending is Result.NEUTRAL else "no `all`"
        yield Verdict.WARN, f"it ends in {end}: nothing is said of other senders", "End it with ~all or -all."


def no_record(status: Status, what: str, hint: str) -> Remark:
    """A record that is not there (FAIL), or of which nothing is known (WARN)."""
    if status in (Status.FOUND, Status.EMPTY, Status.NO_NAME):
        return Verdict.FAIL, what, hint
    return Verdict.WARN, "no answer", LATER


def look_at_dkim(sender: Sender, resolver: Resolver) -> Finding:
    named = sender.selectors
    remarks: list[Remark] = []
    found: list[str] = []
    for selector in named or USUAL_SELECTORS:
        answer, key = key_of(sender, selector, resolver)
        if key is None and not named:
            continue
        wrong = key_remark(selector, answer, key)
        remarks += [wrong] if wrong else []
        found += [f"{selector}: {key.algorithm} {key.bits}"] if key and key.bits else []
    if not named and not found and not remarks:
        what = f"none of {len(USUAL_SELECTORS)} usual selectors has a key; that proves nothing"
        hint = "Give your relay's selector: `publisher doctor --selector NAME`."
        remarks = [(Verdict.WARN, what, hint)]
    elif found and all("ed25519" in one for one in found):
        hint = "Sign with RSA of 2048 bits too: many receivers do not know ed25519."
        remarks.append((Verdict.WARN, f"only ed25519 ({', '.join(found)})", hint))
    good = f"{', '.join(found)}{'' if named else ' (found by its usual name)'}"
    return summed("dkim", remarks, good=good, where=f"_domainkey.{sender.from_domain}")


def key_of(sender: Sender, selector: str, resolver: Resolver) -> tuple[Answer, DkimKey | None]:
    """What a selector's name has, and the first key in it."""
    answer = resolver.look_up(f"{selector}._domainkey.{sender.from_domain}", "TXT")
    keys = (parse_key(text) for text in answer.values)
    return answer, next((key for key in keys if key is not None), None)


def key_remark(selector: str, answer: Answer, key: DkimKey | None) -> Remark | None:
    """What is wrong with a key (RFC 6376 3.6.1, RFC 8301 3.2); None if nothing is."""
    if key is None:
        hint = "Publish the TXT that your relay shows for this selector."
        return no_record(answer.status, f"{selector}: no key", hint)
    if key.fault:
        return Verdict.FAIL, f"{selector}: {key.fault}", "Copy the record from your relay once more, in one piece."
    if key.is_revoked:
        return Verdict.FAIL, f"{selector}: p= is empty, the key is revoked", "Publish the key, or sign with another."
    if key.algorithm == "rsa" and key.bits < FLOOR_BITS:
        return Verdict.FAIL, f"{selector}: RSA of {key.bits} bits is not accepted", "Make a key of 2048 bits."
    if key.algorithm == "rsa" and key.bits < ADVISED_BITS:
        return Verdict.WARN, f"{selector}: RSA of {key.bits} bits", "Make a key of 2048 bits."
    if key.is_testing:
        return Verdict.WARN, f"{selector}: t=y, receivers may pass the key over", "Take t=y out once it works."
    return None


def has_key(sender: Sender, resolver: Resolver) -> bool:
    """Whether a usable key is published for From's own domain."""
    found = (key_of(sender, one, resolver)[1] for one in sender.selectors or USUAL_SELECTORS)
    return any(key is not None and key.bits >= 256 for key in found)


def look_at_dmarc(sender: Sender, resolver: Resolver) -> Finding:
    walk = walk_dmarc(sender.from_domain, resolver)
    record = walk.policy
    where = f"_dmarc.{walk.found_at or sender.from_domain}"
    if record is None:
        return summed("dmarc", [missing_dmarc(walk)], good="", where=where)
    inherited = "" if walk.found_at == walk.domain else f", which holds for {walk.domain} too"
    good = f"`{shown(record.text)}`{inherited}"
    return summed("dmarc", dmarc_remarks(record, walk), good=good, where=where)


def missing_dmarc(walk: DmarcWalk) -> Remark:
    hint = f'Publish a TXT at _dmarc.{walk.domain}: "v=DMARC1; p=none; rua=mailto:dmarc@{walk.domain}".'
    if walk.faults:
        return Verdict.FAIL, "; ".join(f"{place}: {fault}" for place, fault in walk.faults.items()), hint
    if walk.unknown:
        return Verdict.WARN, f"no answer for {', '.join(walk.unknown)}", LATER
    return Verdict.FAIL, "no DMARC record, nor one above it", hint


def dmarc_remarks(record: Dmarc, walk: DmarcWalk) -> Iterator[Remark]:
    if fault := walk.faults.get(walk.domain):
        yield Verdict.FAIL, f"{walk.domain}: {fault}", "Leave one record that begins with v=DMARC1."
    if record.fault:
        yield Verdict.FAIL, f"`{shown(record.text)}`: {record.fault}", "Write p=none, p=quarantine or p=reject."
    if not record.reports.lower().startswith("mailto:"):
        hint = "Add rua=mailto:ADDRESS: reports tell who sends in your name."
        yield Verdict.WARN, f"`{shown(record.text)}` asks for no reports", hint


def look_at_alignment(sender: Sender, resolver: Resolver) -> Finding:
    """From's organisational domain is that of the DKIM key or of the envelope (RFC 9989 4.10.2; email.md D4)."""
    own = walk_dmarc(sender.from_domain, resolver)
    envelope = walk_dmarc(sender.envelope_domain, resolver)
    is_strict = own.policy is not None and own.policy.is_strict_spf
    by_spf = is_aligned(own, envelope, is_strict=is_strict)
    by_dkim = has_key(sender, resolver)
    where = f"{sender.from_domain}, {sender.envelope_domain}"
    if by_spf:
        ways = "SPF and DKIM" if by_dkim else "SPF"
        return passed("alignment", f"what passes {ways} is aligned with From", where=where)
    what = f"the envelope's domain {sender.envelope_domain} is not that of From"
    hint = f"Set relay.envelope_domain to a name below {own.organisational_domain}."
    if by_dkim:
        return warned("alignment", f"{what}: only DKIM aligns", hint, where=where)
    if not sender.selectors:
        return warned("alignment", f"{what}, and no DKIM key was found", f"{hint} Or give --selector.", where=where)
    return failed("alignment", f"{what}, and there is no DKIM key: DMARC fails", hint, where=where)


def look_at_mx(sender: Sender, resolver: Resolver) -> Finding:
    """Mail comes back to each domain that the digest names (email.md D8)."""
    remarks = [one for domain, role in sender.replies.items() if (one := mx_remark(domain, role, resolver))]
    return summed("mx", remarks, good="mail comes in for all of them", where=", ".join(sender.replies))


def mx_remark(domain: str, role: str, resolver: Resolver) -> Remark | None:
    hint = f"Publish an MX at {domain}, or use a domain that takes mail."
    if is_reserved(domain):
        return Verdict.WARN, f"{domain} ({role}) is reserved: nothing to look up", hint
    answer = resolver.look_up(domain, "MX")
    hosts = [one.partition(" ")[2] for one in answer.values]
    if hosts == [""]:
        return Verdict.FAIL, f"{domain} ({role}) takes no mail: null MX (RFC 7505)", hint
    if hosts:
        answers = [address_of(host, resolver) for host in hosts[:MOST_MX]]
        if all(one.is_void for one in answers):
            return Verdict.FAIL, f"{domain} ({role}): its MX {shown(', '.join(hosts))} has no address", hint
        return None
    if not answer.is_known:
        return Verdict.WARN, f"{domain} ({role}): no answer", LATER
    if address_of(domain, resolver).status is Status.FOUND:
        return Verdict.WARN, f"{domain} ({role}) has no MX, only an address", hint
    return Verdict.FAIL, f"{domain} ({role}) has no MX and no address", hint


LOOKS: dict[str, Callable[[Sender, Resolver], Finding | None]] = {
    "spf": look_at_spf,
    "dkim": look_at_dkim,
    "dmarc": look_at_dmarc,
    "alignment": look_at_alignment,
    "mx": look_at_mx,
    "spf-relay": look_at_cover,
    "reverse": look_at_reverse,
}
