"""The collect pass: read every source that is due, store what is new or changed; one bad thing stops nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from publisher.app.runtime import Runtime
from publisher.collect.listed import attach_listed, attach_waiting
from publisher.collect.record import Change, Intake, record_article, record_problem
from publisher.collect.resolve import settings_mark
from publisher.errors import SourceError, StorageError
from publisher.model.article import Article, Problem
from publisher.model.reports import CollectReport, SourceReport
from publisher.model.settings import SourceSettings
from publisher.sources.folder import FolderSource
from publisher.sources.port import Reading, Source
from publisher.storage import Transaction, articles, sources
from publisher.storage.engine import savepoint

GROUP = 100


def open_source(runtime: Runtime, settings: SourceSettings) -> Source:
    """The adapter of a source's kind (the configuration has refused kinds that are not there)."""
    return FolderSource(settings.name, runtime.settings.path(settings.path), site_root=runtime.root)


def collect(runtime: Runtime, *, only_due: bool = False) -> CollectReport:
    """Read the sources (`only_due`: as their `every` says) and say what each gave."""
    reports = []
    for source in runtime.settings.sources:
        if runtime.stop():
            break
        if only_due and not is_due(runtime, source):
            continue
        reports.append(collect_source(runtime, source))
    return CollectReport(tuple(reports))


def is_due(runtime: Runtime, source: SourceSettings) -> bool:
    """Whether `every` has gone by since the source was read."""
    with runtime.read() as tx:
        return sources.is_due(tx, source.name, now=runtime.now())


def collect_source(runtime: Runtime, source: SourceSettings) -> SourceReport:
    """One source: read, then record in groups. A source that cannot be read is reported, the rest goes on."""
    mark = settings_mark(runtime.settings, source)
    with runtime.begin() as tx:
        first = sources.get_or_add(tx, source.name).collected_at is None
        stored = articles.known_fingerprints(tx, source.name)
    known = {key: value.partition(":")[0] for key, value in stored.items() if value.endswith(f":{mark}")}
    try:
        readings = read_all(runtime, source, known)
    except SourceError as error:
        with runtime.begin() as tx:
            sources.mark_failed(tx, source.name, error=str(error), next_try_at=runtime.now() + source.every)
        return SourceReport(name=source.name, error=str(error))
    tally = Tally()
    new_keys = [one.source_key for one in readings if one.parsed and one.source_key not in stored]
    held = frozenset(new_keys) if not first and len(new_keys) > source.burst_limit else frozenset()
    present = frozenset(one.source_key for one in readings)
    intake = Intake(source=source, settings=runtime.settings, now=runtime.now(), present=present, held=held)
    for group in groups(readings):
        with runtime.begin() as tx:
            record_group(tx, intake, group, mark=mark, tally=tally)
    with runtime.begin() as tx:
        sources.mark_collected(tx, source.name, now=intake.now, next_try_at=intake.now + source.every)
    return tally.report(source.name)


def read_all(runtime: Runtime, source: SourceSettings, known: Mapping[str, str]) -> list[Reading]:
    """Everything the source holds; what is unchanged is not parsed."""
    advance = runtime.watch(f"collect {source.name}", 0)
    readings = []
    for reading in open_source(runtime, source).read(known):
        readings.append(reading)
        advance(1)
    return readings


def groups(readings: Sequence[Reading]) -> Iterator[list[Reading]]:
    rest = iter(readings)
    while group := list(islice(rest, GROUP)):
        yield group


@dataclass
class Tally:
    """What one source gave, counted as it is recorded."""

    changes: Counter[Change] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        """One that could not be stored at all: told each time, since no row of it can say so."""
        self.problems.append(problem)
        self.changes[Change.QUARANTINED] += 1

    def report(self, name: str) -> SourceReport:
        return SourceReport(
            name=name,
            new=self.changes[Change.NEW],
            changed=self.changes[Change.CHANGED],
            unchanged=self.changes[Change.UNCHANGED],
            held=self.changes[Change.HELD],
            quarantined=self.changes[Change.QUARANTINED],
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
        )


def record_group(tx: Transaction, intake: Intake, group: Sequence[Reading], *, mark: str, tally: Tally) -> None:
    """Record some readings in one transaction, then let listed extracts find their articles."""
    arrived: list[Article] = []
    pages: list[tuple[str, list[tuple[str, int]]]] = []
    for reading in group:
        tally.warnings.extend(reading.warnings)
        try:
            with savepoint(tx, f"{intake.source.name}/{reading.source_key}"):
                article = record_reading(tx, intake, reading, mark=mark, tally=tally)
        except StorageError as error:
            tally.refuse(Problem(error.what, error.where, "The rest was stored. Change this article."))
            continue
        if article is not None:
            arrived.append(article)
        if reading.parsed is not None and reading.parsed.listed:
            page = f"{intake.source.name}/{reading.source_key}"
            pages.append((page, articles.add_listed(tx, page, reading.parsed.listed)))
    for page, keys in pages:
        attach_listed(tx, page, keys, intake.settings, now=intake.now)
    attach_waiting(tx, arrived, intake.settings, now=intake.now)


def record_reading(tx: Transaction, intake: Intake, reading: Reading, *, mark: str, tally: Tally) -> Article | None:
    """One reading: an unchanged one costs nothing, a bad one is quarantined with its reason."""
    fingerprint = f"{reading.fingerprint}:{mark}"
    if reading.problem is not None:
        change = record_problem(tx, intake, reading.source_key, reading.problem, fingerprint)
        if change is Change.QUARANTINED:
            tally.problems.append(reading.problem)
        tally.changes[change] += 1
        return None
    if reading.parsed is None or reading.parsed.article is None:
        tally.changes[Change.UNCHANGED] += 1
        return None
    change, article = record_article(tx, intake, reading.source_key, reading.parsed.article, fingerprint)
    tally.changes[change] += 1
    if article is not None:
        tally.warnings.extend(f"{intake.source.name}/{reading.source_key}: {text}" for text in article.warnings)
    return article if change in (Change.NEW, Change.CHANGED, Change.HELD) else None
