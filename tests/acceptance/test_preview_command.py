"""`publisher digest preview`: files, a page that follows an editor's work, and a test mail."""

from __future__ import annotations

import email
import re
import shutil
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from pathlib import Path

import pytest

from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.acceptance.waiting import stop, wait_until
from tests.doubles.smtp_sink import Faults, SmtpSink, refusing_port

EDITOR = "editor@review.example"
ID = "daily-2026-11-24"
READERS = b"address,name,state,digests,language,since,consent\nada@example.org,,,,,,\naino@example.org,,,,fi,,\n"
NO_LEAVING = '<tr><td><p class="foot-text">{{ issue.postal_address }}</p></td></tr>\n'


def over_smtp(site: Site, port: int) -> None:
    relay = f'[relay]\nurl = "smtp://127.0.0.1:{port}"\ntls = "none"\n'
    site.write("config/publisher.toml", CONFIG.replace("[relay]\n", relay))


def tables(site: Site, *names: str) -> list[int]:
    with sqlite3.connect(site.root / "var/publisher.db") as database:
        counts = [database.execute(f"select count(*) from {name}").fetchone()[0] for name in names]
    database.close()
    return counts


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a reader of each of two languages, of which nothing was collected yet."""
    site = a_site(tmp_path_factory.mktemp("stock"), subscribers=())
    done = site.run("subscribers", "import", str(site.write("readers.csv", READERS)))
    assert done.code == 0, done.err
    return site.root


@pytest.fixture
def site(tmp_path: Path, stock: Path) -> Site:
    shutil.copytree(stock, tmp_path / "site")
    return Site(tmp_path / "site")


def test_files_of_every_variant_are_written_and_nothing_is_stored(site: Site) -> None:
    done = site.run("digest", "preview", "daily", "--json")

    names = [f"{ID}{variant}.{suffix}" for variant in ("", ".v2") for suffix in ("html", "txt", "eml")]
    assert done.code == 0, done.err
    assert done.json["files"] == [f"var/preview/{name}" for name in names]
    assert [(one["language"], one["recipients"]) for one in done.json["variants"]] == [("en", 1), ("fi", 1)]
    assert done.json["forecast"]["recipients"] == 2
    assert done.json["excluded"] == {"nothing_for_them": 0, "suppressed": 0}
    assert (done.json["findings"], done.json["problems"]) == ([], [])
    mail = email.message_from_bytes((site.root / f"var/preview/{ID}.eml").read_bytes(), policy=default)
    assert mail["Subject"] == done.json["subject"]
    html = mail.get_body(("html",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert (site.root / f"var/preview/{ID}.html").read_text() == html
    assert tables(site, "articles", "issues", "deliveries") == [0, 0, 0]
    assert not (site.root / "var/outbox").exists()


def test_a_breach_of_a_rule_is_told_with_its_id_and_ends_with_1(site: Site) -> None:
    site.write("templates/mail/footer.html", NO_LEAVING)

    done = site.run("digest", "preview", "daily", "--json")

    errors = [one for one in done.json["findings"] if one["severity"] == "error"]
    assert done.code == 1
    assert errors
    assert all(f"{one['rule']}: " in done.err for one in errors)


def test_an_override_that_fails_is_named_by_file_and_line(site: Site) -> None:
    site.write("templates/mail/item.html", "<tr><td>\n{{ item.title }}\n{% if item.nothing.at %}\nx\n{% endif %}\n")

    done = site.run("digest", "preview", "daily")

    assert done.code == 1
    assert "templates/mail/item.html:3: " in done.err
    assert done.out == ""
    assert tables(site, "issues") == [0]
    assert not (site.root / "var/preview").exists()


@pytest.mark.parametrize(
    "arguments", [("--dry-run",), ("--port", "8123"), ("--serve", "--json"), ("--serve", "--test", EDITOR)]
)
def test_options_that_say_nothing_together_are_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert Site(tmp_path).run("digest", "preview", "daily", *arguments).code == 2


@contextmanager
def served(site: Site, *, digest: str = "daily", issue: str = "") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with (site.root / "served.txt").open("wb") as out, (site.root / "run.log").open("wb") as log:
        which = ["--issue", issue] if issue else []
        command = site.command("digest", "preview", digest, "--serve", "--port", "0", *which)
        process = subprocess.Popen(command, env=site.environment(), stdout=out, stderr=log)
    try:
        wait_until(lambda: (site.root / "served.txt").read_text().endswith("\n"), process=process)
        yield process, (site.root / "served.txt").read_text().strip()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def get(address: str, path: str = "", *, host: str = "") -> str:
    request = urllib.request.Request(address + path, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def test_a_page_follows_the_editors_work_until_it_is_stopped(site: Site) -> None:
    with served(site) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        page, first = get(address), get(address, "fingerprint")
        assert page.count("<iframe") == 8
        with pytest.raises(urllib.error.HTTPError, match="421"):
            get(address, host="evil.example")

        bad = site.write("templates/mail/item.html", "{{ item.title }}\n{% for one in item %}\n")
        wait_until(lambda: get(address, "fingerprint") != first, process=process)
        assert "templates/mail/item.html:" in get(address)
        second = get(address, "fingerprint")
        bad.unlink()
        wait_until(lambda: get(address, "fingerprint") != second, process=process)
        assert get(address).count("<iframe") == 8

        code, seconds = stop(process)

    assert (code, seconds < 5) == (0, True)
    assert tables(site, "articles", "issues", "deliveries") == [0, 0, 0]
    assert "Traceback" not in (site.root / "run.log").read_text()


def test_ctrl_c_ends_it_too(site: Site) -> None:
    with served(site) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_a_test_mail_goes_to_the_named_addresses_only(site: Site) -> None:
    with SmtpSink() as sink:
        over_smtp(site, sink.port)
        dry = site.run("digest", "preview", "daily", "--test", EDITOR, "--dry-run")
        assert (dry.code, sink.received, sink.session_count) == (0, [], 0)
        assert f"would go to {EDITOR}" in dry.err

        done = site.run("digest", "preview", "daily", "--test", EDITOR, "--test", "aino@example.org", "--json")

    mails = [email.message_from_bytes(one.data, policy=default) for one in sink.received]
    assert done.code == 0, done.err
    assert sink.copies() == {EDITOR: 1, "aino@example.org": 1}
    assert [(one["To"], one["Subject"]) for one in mails] == [
        (EDITOR, "The last ferry"),
        ("aino@example.org", "The last ferry"),
    ]
    assert [one["variant"] for one in done.json["tests"]] == [1, 2]
    assert done.json["files"] == []
    assert tables(site, "issues", "deliveries") == [0, 0]


def test_a_refused_address_is_named(site: Site) -> None:
    with SmtpSink(Faults(rcpt={EDITOR: ["550 no such user"]})) as sink:
        over_smtp(site, sink.port)
        done = site.run("digest", "preview", "daily", "--test", EDITOR, "--test", "other@review.example")

    assert (done.code, dict(sink.copies())) == (65, {"other@review.example": 1})
    assert f"Refused: {EDITOR}" in done.err


def test_without_a_relay_nothing_is_sent(site: Site) -> None:
    over_smtp(site, refusing_port())

    done = site.run("digest", "preview", "daily", "--test", EDITOR)

    assert done.code == 69
    assert "127.0.0.1" in done.err
