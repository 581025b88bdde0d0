"""What a preview makes: the next issue from the folders as they are, or a stored one exactly as it will go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publisher.app import subscriptions
from publisher.app.digest import digest_settings
from publisher.app.preview import limit_to, preview, preview_as_found
from publisher.app.publish import Wanted, publish
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime, open_runtime
from publisher.app.trial import read_addresses, send_trials
from publisher.errors import NotFound
from publisher.model.issue import Issue
from publisher.storage.tables import articles, issues
from tests.acceptance.a_site import ARTICLE, CONFIG
from tests.doubles.memory_relay import MemoryRelay

ADA, AINO = "ada@example.org", "aino@example.org"
ID = "daily-2026-11-24"
WAITING = CONFIG.replace('schedule = "daily 07:00"', 'schedule = "daily 07:00"\napproval = true')


def write_article(root: Path, title: str, *, slug: str = "ferry") -> None:
    (root / "articles").mkdir(exist_ok=True)
    text = ARTICLE.format(title=title, author="Ada Berg", date="2026-11-24T06:00:00Z", section="culture")
    (root / f"articles/{slug}.md").write_text(text)


@contextmanager
def a_runtime(root: Path, config: str) -> Iterator[Runtime]:
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(config)
    write_article(root, "The last ferry")
    with open_runtime(root, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        opened.relay = MemoryRelay(opened.database)
        subscriptions.add(opened, ADA)
        subscriptions.add(opened, AINO, language="fi")
        yield opened


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Runtime]:
    """A site whose issue waits as a draft."""
    with a_runtime(tmp_path, WAITING) as opened:
        [issue] = publish(opened, Wanted()).issues
        assert issue.state == "draft"
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """A site of which nothing was collected yet."""
    config = CONFIG
    if request.param == "postgresql":
        config += f'\n[database]\nurl = "{request.getfixturevalue("postgres_database_url")}"\n'
    with a_runtime(tmp_path, config) as opened:
        yield opened


def test_what_was_not_collected_yet_is_shown_and_not_kept(fresh: Runtime) -> None:
    made = preview_as_found(fresh, "daily", output="var/look")

    assert made.shown is not None
    assert (made.subject, made.item_count, made.recipients, made.problems) == ("The last ferry", 1, 2, ())
    assert [(one.language, made.shown.reach.count(one)) for one in made.shown.variants] == [("en", 1), ("fi", 1)]
    assert [Path(path).name for path in made.files][:3] == [f"{ID}.html", f"{ID}.txt", f"{ID}.eml"]
    with fresh.read() as tx:
        assert tx.execute(articles.select()).all() == tx.execute(issues.select()).all() == []


def test_it_is_the_mail_that_publish_then_sends(fresh: Runtime) -> None:
    made = preview_as_found(fresh, "daily", output=None)
    publish(fresh, Wanted())
    mails = {mail.rcpt_to: mail.data for mail in fresh.relay.mails}  # type: ignore[union-attr]

    assert made.shown is not None
    for variant, reader in zip(made.shown.variants, (ADA, AINO), strict=True):
        shown = made.shown.mail(fresh.settings, fresh.secrets[0], variant)
        assert line_shapes(shown) == line_shapes(mails[reader])


def line_shapes(data: bytes) -> list[tuple[bytes, int]]:
    """The beginnings of the lines, those of personal values left out."""
    personal = (b"To:", b"Date:", b"Message-ID:", b"List-Unsub")
    lines = [line for line in data.split(b"\r\n") if not line.startswith(personal) and b"/mail/" not in line]
    return [(line[:40], len(line)) for line in lines if len(line) != 44 and b"=" not in line[-45:]]


def test_without_a_look_at_the_folders_nothing_is_there_yet(fresh: Runtime) -> None:
    assert preview(fresh, "daily", output=None).reason == "nothing new"


def test_an_article_that_cannot_be_read_is_named(fresh: Runtime) -> None:
    (fresh.root / "articles/bad.md").write_text("---\ntitle: [\n---\n\nText.\n")

    made = preview_as_found(fresh, "daily", output=None)

    assert made.subject == "The last ferry"
    assert any("bad.md" in problem.where for problem in made.problems)


def test_a_stored_draft_is_shown_exactly_as_it_will_go(waiting: Runtime) -> None:
    write_article(waiting.root, "Changed since")

    made = preview_as_found(waiting, "daily", output="var/look", issue=ID)

    assert made.shown is not None
    assert (made.subject, made.problems, made.recipients) == ("The last ferry", (), 2)
    assert [made.shown.reach.count(one) for one in made.shown.variants] == [1, 1]
    assert "Changed since" not in (waiting.root / f"var/look/{ID}.txt").read_text()


def test_where_a_draft_waits_the_preview_says_how_to_see_it(waiting: Runtime) -> None:
    made = preview_as_found(waiting, "daily", output=None)

    assert (made.shown, made.reason) == (None, f"nothing new; {ID} waits: see it with --issue {ID}")


def test_a_test_of_a_stored_draft_is_in_the_readers_variant(waiting: Runtime) -> None:
    shown = preview_as_found(waiting, "daily", output=None, issue=ID).shown
    assert shown is not None

    trials = send_trials(waiting, shown, read_addresses([ADA, AINO, "else@example.org"]))

    assert [shown.variants[one.variant - 1].language for one in trials.sent] == ["en", "fi", "en"]


@pytest.mark.parametrize("name", ["daily-1999-01-01", "weekly-2026-w48"])
def test_an_issue_that_is_not_there_is_not_found(waiting: Runtime, name: str) -> None:
    with pytest.raises(NotFound, match="no such issue"):
        preview_as_found(waiting, "daily", output=None, issue=name)


def test_limited_to_one_reader_the_mail_is_in_the_variant_that_is_frozen_for_them(fresh: Runtime) -> None:
    with rehearsal(fresh) as site:
        made: tuple[Issue, ...] = publish(site, Wanted(digests=(digest_settings(site.settings, "daily"),))).issues
        [path] = limit_to(site, made, AINO)
        with pytest.raises(NotFound, match="no such subscriber"):
            limit_to(site, made, "nobody@example.org")

    data = (fresh.root / path).read_bytes()
    assert b"To: aino@example.org\r\n" in data
    assert b'lang=3D"fi"' in data
