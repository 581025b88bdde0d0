"""What a reader chooses on the page of their own: cadence, sections, language. Whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from publisher.app.reader import Reader, find_reader, title_of
from publisher.app.runtime import Runtime
from publisher.errors import UsageError
from publisher.feeds.entry import section_name
from publisher.model.choice import ReaderChoice
from publisher.model.settings import DigestSettings, Settings
from publisher.model.subscriber import SubscriptionState
from publisher.rendering.languages import CATALOGUES
from publisher.rendering.pages import language_name
from publisher.storage import Transaction, events, sign_ups
from publisher.subscriptions.choices import choose
from publisher.tokens import LinkClaim, Purpose, verify_link


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the form's value, and what it is called."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """A reader's page. `cadences` is empty where the letter has one only; `is_every`: every section is wanted."""

    reader: Reader
    cadences: tuple[Option, ...]
    sections: tuple[Option, ...]
    languages: tuple[Option, ...]
    is_every: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form as it came, not trusted: `sections` None: every section."""

    digest: str
    sections: tuple[str, ...] | None
    language: str


def look_at_preferences(runtime: Runtime, token: str) -> Preferences:
    """What a reader holds and may choose; TokenError for a link that is not ours."""
    claim = verify_link(runtime.secrets, Purpose.PREFERENCES, token)
    with runtime.read() as tx:
        return preferences(runtime, tx, claim)


def save_preferences(runtime: Runtime, token: str, wanted: Wanted) -> Preferences:
    """Store a choice. UsageError for a value that is not offered, and nothing is changed; nor where nothing is held."""
    claim = verify_link(runtime.secrets, Purpose.PREFERENCES, token)
    with runtime.begin() as tx:
        before = preferences(runtime, tx, claim)
        held = before.reader.held
        if held is None or held.state is not SubscriptionState.ACTIVE or not before.reader.is_held:
            return before
        digest, choice = checked(runtime.settings, before, wanted)
        if (digest, choice.text) == (held.digest, ReaderChoice(before.reader.language, held.sections).text):
            return before
        choose(tx, before.reader.id, letter=before.reader.letter, digest=digest, choice=choice, now=runtime.now())
        detail = {"digest": digest, "sections": list(choice.sections), "language": choice.language}
        subject = f"subscriber:{before.reader.id}"
        events.add(tx, at=runtime.now(), actor="subscriber", subject=subject, what="preferences", detail=detail)
        return preferences(runtime, tx, claim)


def preferences(runtime: Runtime, tx: Transaction, claim: LinkClaim) -> Preferences:
    reader, settings = find_reader(runtime, tx, claim), runtime.settings
    held = reader.held.digest if reader.held else ""
    chosen = reader.held.sections if reader.held else ()
    cadences = tuple(Option(name, title_of(settings, name), name == held) for name in reader.letter)
    return Preferences(
        reader=reader,
        cadences=cadences if len(cadences) > 1 else (),
        sections=section_options(offered_sections(tx, letter_settings(settings, reader.letter)), chosen),
        languages=language_options(settings.site.language, reader.language),
        is_every=not chosen,
    )


def letter_settings(settings: Settings, letter: Collection[str]) -> list[DigestSettings]:
    return [one for one in settings.digests if one.name in letter]


def offered_sections(tx: Transaction, digests: Sequence[DigestSettings]) -> list[str]:
    """The sections of a letter: what its digests name, or those of the newest articles where one takes all."""
    if digests and all(one.sections for one in digests):
        return list(dict.fromkeys(section for one in digests for section in one.sections))
    return sign_ups.newest_sections(tx)


def section_options(offered: Sequence[str], chosen: Collection[str]) -> tuple[Option, ...]:
    """What is chosen stays on offer, though nothing came out in it of late."""
    names = [*offered, *(section for section in chosen if section not in offered)]
    return tuple(Option(one, section_name(one), one in chosen) for one in names)


def language_options(site: str, chosen: str) -> tuple[Option, ...]:
    """The magazine's own first, then those with a catalogue, then what the reader has had otherwise."""
    names = ["", *(one for one in ("en", *CATALOGUES) if one != site)]
    names += [chosen] if chosen not in names else []
    return tuple(Option(one, language_name(one or site), one == chosen) for one in names)


def checked(settings: Settings, before: Preferences, wanted: Wanted) -> tuple[str, ReaderChoice]:
    """The digest and the choice that a form asks for; UsageError naming the field that is wrong."""
    reader = before.reader
    held = reader.held.digest if reader.held else ""
    digest = wanted.digest if before.cadences else held
    if digest not in reader.letter:
        raise UsageError("This cadence is not offered", "digest")
    if wanted.language not in {one.value for one in before.languages}:
        raise UsageError("This language is not offered", "language")
    if wanted.sections is None:
        return digest, ReaderChoice(wanted.language)
    sections = tuple(sorted(set(wanted.sections)))
    own = next((one.sections for one in settings.digests if one.name == digest), ())
    if not sections or not set(sections) <= {one.value for one in before.sections}:
        raise UsageError("These sections are not offered", "sections")
    if own and not set(sections) & set(own):
        raise UsageError("This cadence has none of these sections", "sections")
    return digest, ReaderChoice(wanted.language, sections)


def as_given(before: Preferences, wanted: Wanted) -> Preferences:
    """The page with what was given still in it, so that a mistake can be corrected."""
    sections = wanted.sections or ()
    return replace(
        before,
        cadences=tuple(replace(one, is_chosen=one.value == wanted.digest) for one in before.cadences),
        sections=tuple(replace(one, is_chosen=one.value in sections) for one in before.sections),
        languages=tuple(replace(one, is_chosen=one.value == wanted.language) for one in before.languages),
        is_every=wanted.sections is None,
    )
