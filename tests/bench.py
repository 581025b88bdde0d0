"""Measures what the design leans on, each beside a peer in one run: `make bench`. Only the ratios mean anything."""

from __future__ import annotations

import csv
import gc
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from sqlalchemy import text

from publisher.model.settings import DigestSettings
from publisher.rendering.message import MailHeaders, encode_message, make_placeholders
from publisher.storage import Database, open_database
from publisher.storage.freeze import freeze
from publisher.storage.migrate import upgrade
from publisher.subscriptions.csv_lines import read_lines
from publisher.tokens import LINK_TOKEN_LENGTH
from tests.builders import NOW

ROUNDS = 5
PEOPLE = 200_000
MAILS = 1_000
LINES = 100_000
DIGEST = DigestSettings(name="weekly", title="The Week", schedule="weekly mon 07:00")


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], *, peer: str) -> None:
    """A, B, A, B …; the ratio pair by pair: below 1 means ours is faster."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    ratios = sorted(mine / other for mine, other in pairs)
    middle = statistics.median(mine for mine, _ in pairs)
    spread = f"{ratios[0]:.3f} / {statistics.median(ratios):.3f} / {ratios[-1]:.3f}"
    print(f"{name:46} {middle:8.3f} s   ratio to {peer}: {spread} (min / median / max)")


def bench_mail() -> None:
    """One reader's mail: a splice, beside building it with the standard library."""
    places = make_placeholders("bench", message_length=24, link_length=LINK_TOKEN_LENGTH, avoid="")
    link = f"https://harbour.example/mail/u/{places.unsubscribe}"
    words = "The harbour had been built for ships of another century. " * 80
    html, plain = f"<!DOCTYPE html><html><body><p>{words}</p><a href='{link}'>x</a></body></html>", f"{words}\n{link}\n"
    urls = {"archive_url": "https://harbour.example/a", "archive_list_url": "https://harbour.example/b"}
    headers = MailHeaders(
        issue_id="bench",
        from_name="The Review",
        from_address="a@harbour.example",
        reply_to="",
        subject="Subject",
        date=NOW,
        list_name="weekly",
        list_id="weekly.harbour.example",
        list_title="The Week",
        unsubscribe_base="https://harbour.example/mail/u/",
        unsubscribe_address="a@harbour.example",
        is_automatic=True,
        **urls,
    )
    segments = encode_message(headers, html=html, text=plain, placeholders=places)
    token = "u" * LINK_TOKEN_LENGTH

    def splice() -> None:
        for _ in range(MAILS):
            b"".join(segments.fill(to="ada@example.org", message="m" * 24, unsubscribe=token, preferences=token))

    def standard() -> None:
        for _ in range(MAILS):
            message = EmailMessage(policy=SMTP)
            message["From"], message["To"], message["Subject"] = "a@harbour.example", "ada@example.org", "Subject"
            message.set_content(plain, cte="quoted-printable")
            message.add_alternative(html, subtype="html", cte="quoted-printable")
            message.as_bytes()

    compare(f"{MAILS} mails of one issue", splice, standard, peer="EmailMessage")


def a_database(folder: str) -> Database:
    database = open_database("sqlite:///bench.db", root=Path(folder))
    upgrade(database)
    people = [{"n": n} for n in range(1, PEOPLE + 1)]
    with database.begin() as tx:
        tx.execute(
            text(
                "insert into subscribers values"
                " (:n, 'r' || :n || '@example.org', 'r' || :n, null, '2026-01-01', '', '')"
            ),
            people,
        )
        tx.execute(
            text(
                "insert into subscriptions (subscriber_id, digest, state, sections, choice, since_at)"
                " values (:n, 'weekly', 'active', '[]', '', '2026-01-01')"
            ),
            people,
        )
        tx.execute(text("create table bare (issue integer, subscriber_id integer, state text)"))
    return database


def bench_freeze() -> None:
    """Freezing an audience, with its ranges, beside a raw INSERT … SELECT into a bare table."""
    with tempfile.TemporaryDirectory() as folder:
        database = a_database(folder)
        numbers = iter(range(1, 1000))

        def frozen() -> None:
            number = next(numbers)
            with database.begin() as tx:
                tx.execute(
                    text(
                        "insert into issues (number, id, digest, slot, extra, state, subject, template, content_hash,"
                        " scheduled_for, date_at, by_hand, size_bytes, frozen_count, epoch, reason, carried,"
                        " created_at)"
                        " values (:n, :n, 'weekly', :n, 1, 'sending', '', '', '', '2026-01-01', '2026-01-01', 0, 0, 0,"
                        " 0, '', '[]', '2026-01-01')"
                    ),
                    {"n": number},
                )
                tx.execute(text("insert into issue_choices values (:n, '', 1)"), {"n": number})
                freeze(tx, issue=number, digest="weekly")

        def raw() -> None:
            with database.begin() as tx:
                tx.execute(text("insert into bare select 1, subscriber_id, 'queued' from subscriptions"))

        compare(f"{PEOPLE} recipients frozen", frozen, raw, peer="INSERT … SELECT")
        database.close()


def bench_csv() -> None:
    """Reading subscribers, beside the standard library's reader alone."""
    whole = "".join(["address,digests,language\n", *(f"reader{n}@example.org,weekly,en\n" for n in range(LINES))])

    def ours() -> None:
        for _ in read_lines(io.StringIO(whole), name="bench.csv", digests=[DIGEST.name]):
            pass

    def plain() -> None:
        for _ in csv.reader(io.StringIO(whole)):
            pass

    compare(f"{LINES} lines of subscribers read", ours, plain, peer="csv.reader")


def main() -> int:
    for bench in (bench_mail, bench_freeze, bench_csv):
        bench()
    return 0


if __name__ == "__main__":
    sys.exit(main())
