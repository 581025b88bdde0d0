"""The collect pass: read every source that is due, store what is new or changed; one bad thing stops nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice

from publisher.app.runtime import Runtime
from publisher.app.sources import collected_sources, open_source
from publisher.app.weights import load_weights
from publisher.collect.identity import identify
from publisher.collect.intake import Intake
from publisher.collect.listed import attach_listed, attach_waiting
from publisher.collect.record import Change, Recorded, record_article, record_problem
from publisher.collect.resolve import settings_mark, text_hash
from publisher.errors import FetchError, SourceError, StorageError, without_secrets
from publisher.model.article import Article, Problem
from publisher.model.reports import CollectReport, SourceReport
from publisher.model.settings import SourceSettings
from publisher.sources.port import Memory, Outcome, Reading, Seen
from publisher.storage import Transaction, articles, sources
from publisher.storage.engine import savepoint
from publisher.storage.readings import StoredReading, iter_readings, upsert_readings
from publisher.storage.sources import SourceRecord, Validators

GROUP = 100
LONGEST_BACK_OFF = timedelta(days=1)


def collect(runtime: Runtime, *, only_due: bool = False) -> CollectReport:
    """Read the sources (`only_due`: as their `every` says) and say what each gave."""
    reports = []
    for source in collected_sources(runtime):
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
    weights = load_weights(runtime.settings)
    mark = settings_mark(runtime.settings, source, weights)
    with runtime.begin() as tx:
        record = sources.get_or_add(tx, source.name)
        stored = {one.source_key: one for one in iter_readings(tx, source.name)}
    if record.not_before_at is not None and record.not_before_at > runtime.now():
        until = record.not_before_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        return SourceReport(name=source.name, error=f"{source.name}: Its server asked to wait until {until}.")
    try:
        readings, outcome = read_all(runtime, source, remembered(record, stored, mark))
    except SourceError as error:
        return failed(runtime, source, record.failure_count, error)
    tally = Tally(warnings=list(outcome.warnings))
    present = frozenset(one.source_key for one in readings)
    intake = Intake(source, runtime.settings, runtime.now(), present, weights=weights)
    if record.collected_at is not None:
        intake = replace(intake, held=burst(runtime, intake, readings))
    work = [one for one in readings if is_work(one, stored, mark)]
    tally.changes[Change.UNCHANGED] += len(readings) - len(work)
    advance = runtime.watch(f"store {source.name}", len(work))
    for group in groups(work):
        with runtime.begin() as tx:
            record_group(tx, intake, group, mark=mark, tally=tally)
        advance(len(group))
    validators = Validators(outcome.etag, outcome.last_modified, outcome.is_complete)
    with runtime.begin() as tx:
        sources.mark_collected(tx, source.name, validators, now=intake.now, next_try_at=intake.now + source.every)
    return tally.report(source.name)


def remembered(record: SourceRecord, stored: Mapping[str, StoredReading], mark: str) -> Memory:
    """What a source is told of its last read; nothing of what was read under other settings."""
    seen = {
        key: Seen(one.fingerprint.partition(":")[0], one.stamp)
        for key, one in stored.items()
        if one.fingerprint.endswith(f":{mark}")
    }
    if stored and not seen:
        return Memory()
    return Memory(seen, record.etag, record.last_modified)


def failed(runtime: Runtime, source: SourceSettings, failure_count: int, error: SourceError) -> SourceReport:
    """Note a source that could not be read, and when it is tried again: later with each failure, up to a day."""
    now = runtime.now()
    asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    not_before = now + timedelta(seconds=asked_s) if asked_s else None
    next_try = max(not_before or now, now + min(source.every * 2 ** min(failure_count, 10), LONGEST_BACK_OFF))
    with runtime.begin() as tx:
        sources.mark_failed(tx, source.name, error=str(error), next_try_at=next_try, not_before_at=not_before)
    return SourceReport(name=source.name, error=str(error))


def read_all(runtime: Runtime, source: SourceSettings, memory: Memory) -> tuple[list[Reading], Outcome]:
    """Everything the source holds; what is unchanged is not parsed."""
    advance = runtime.watch(f"collect {source.name}", 0)
    with open_source(runtime, source) as opened:
        readings = []
        for reading in opened.read(memory):
            readings.append(reading)
            advance(1)
        return readings, opened.outcome


def is_work(reading: Reading, stored: Mapping[str, StoredReading], mark: str) -> bool:
    """Whether there is anything to store: another content, or another stamp."""
    before = stored.get(reading.source_key)
    same = StoredReading(reading.source_key, f"{reading.fingerprint}:{mark}", reading.stamp)
    return reading.parsed is not None or reading.problem is not None or before != same


def burst(runtime: Runtime, intake: Intake, readings: Sequence[Reading]) -> frozenset[str]:
    """The keys of new articles, if there are more at once than the source's limit: a person looks at them first."""
    limit = intake.source.burst_limit
    candidates = [
        (one.source_key, one.parsed.article)
        for one in readings
        if one.parsed is not None and one.parsed.article is not None
    ]
    if len(candidates) <= limit:
        return frozenset()
    with runtime.read() as tx:
        new = [key for key, parsed in candidates if identify(tx, intake, key, parsed, text_hash(parsed)) is None]
    return frozenset(new) if len(new) > limit else frozenset()


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
            problems=tuple(replace(one, where=without_secrets(one.where)) for one in self.problems),
            warnings=tuple(without_secrets(one) for one in self.warnings),
        )


def record_group(tx: Transaction, intake: Intake, group: Sequence[Reading], *, mark: str, tally: Tally) -> None:
    """Record some readings in one transaction, then let listed extracts find their articles."""
    arrived: list[Article] = []
    pages: list[tuple[str, list[tuple[str, int]]]] = []
    done: list[StoredReading] = []
    for reading in group:
        tally.warnings.extend(reading.warnings)
        try:
            with savepoint(tx, f"{intake.source.name}/{reading.source_key}"):
                article = record_reading(tx, intake, reading, tally=tally)
        except StorageError as error:
            tally.refuse(Problem(error.what, error.where, "The rest was stored. Change this article."))
            continue
        done.append(StoredReading(reading.source_key, f"{reading.fingerprint}:{mark}", reading.stamp))
        if article is not None:
            arrived.append(article)
        if reading.parsed is not None and reading.parsed.listed:
            page = f"{intake.source.name}/{reading.source_key}"
            pages.append((page, articles.add_listed(tx, page, reading.parsed.listed)))
    upsert_readings(tx, intake.source.name, done)
    for page, keys in pages:
        attach_listed(tx, page, keys, intake.settings, now=intake.now)
    attach_waiting(tx, arrived, intake.settings, now=intake.now)


def record_reading(tx: Transaction, intake: Intake, reading: Reading, *, tally: Tally) -> Article | None:
    """One reading: an unchanged one costs nothing, a bad one is quarantined with its reason."""
    where = f"{intake.source.name}/{reading.source_key}"
    if reading.problem is not None:
        recorded = record_problem(tx, intake, reading.source_key, reading.problem)
        if recorded.change is Change.QUARANTINED:
            tally.problems.append(reading.problem)
    elif reading.parsed is None or reading.parsed.article is None:
        recorded = Recorded(Change.UNCHANGED)
    else:
        recorded = record_article(tx, intake, reading.source_key, reading.parsed.article)
    tally.changes[recorded.change] += 1
    tally.warnings.extend(f"{where}: {text}" for text in recorded.warnings)
    return recorded.article if recorded.change in (Change.NEW, Change.CHANGED, Change.HELD) else None
