"""Secrets in eight places, every command, every kind of failure: none comes out anywhere (P9, W16)."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.a_site import CONFIG, Done, Site, a_site
from tests.doubles.hostile_xml import feed
from tests.doubles.proving import IS_FULL, some
from tests.doubles.web_server import Reply, Request, WebServer

SECRETS = {
    "relay environment": "canary-relay-environment",
    "relay file": "canary-relay-file",
    "secret file": "canary-secret-file-0123456789",
    "secret environment": "canary-secret-environment-0123",
    "database": "canary-database",
    "source": "canary-source-userinfo",
    "hub": "canary-hub-userinfo",
    "query": "canary-query-token",
}
COMMANDS = (
    *(
        ("publish",),
        ("publish", "--json"),
        ("collect",),
        ("collect", "--json"),
        ("check",),
        ("doctor",),
        ("feeds", "build"),
    ),
    *(("feeds", "links"), ("feeds", "links", "--server", "nginx"), ("articles", "list", "--json"), ("db", "check")),
    *(("digest", "list"), ("digest", "preview", "daily"), ("issues", "list", "--json"), ("deliver",), ("--help",)),
    *(
        ("publish", "--dry-run", "--digest", "daily", "--extra"),
        ("articles", "list"),
        ("check", "--json"),
        ("doctor", "--json"),
    ),
)
VOICES = ((), ("--verbose",), ("--verbose", "--log-format", "json"))


@pytest.fixture
def upstream() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def config_of(upstream: WebServer) -> str:
    source = '[[sources]]\nname = "{}"\nkind = "{}"\nurl = "http://ada:{}@127.0.0.1:{}/{}?token={}"\n'
    source += "allow_private = true\n\n"
    given = (SECRETS["source"], upstream.port)
    tables = "".join(
        source.format(name, kind, *given, path, SECRETS["query"])
        for name, kind, path in (("up", "feed", "rss.xml"), ("page", "page", "list"), ("press", "wordpress", ""))
    )
    hub = f'hub = "http://127.0.0.1:{upstream.port}/hub"\n'
    relay = 'url = "smtp://ada@127.0.0.1:1"\ntls = "none"\npassword_file = "config/relay"\n'
    web = 'secret_file = "config/secret"\n'
    written = CONFIG.replace("[feeds]\n", f"{tables}[feeds]\n{hub}").replace("[relay]\n", f"[relay]\n{relay}")
    return written.replace("[web]\n", f"[web]\n{web}")


def a_secret_site(root: Path, upstream: WebServer) -> Site:
    site = Site(root)
    for name, key in (("relay", "relay file"), ("secret", "secret file")):
        site.write(f"config/{name}", SECRETS[key]).chmod(0o600)
    return a_site(root, config=config_of(upstream))


def talk(done: Done) -> str:
    return done.out + done.err


def shown(text: str, *, but: tuple[str, ...] = ()) -> list[str]:
    return [name for name, value in SECRETS.items() if name not in but and value in text]


def everything_written(site: Site) -> str:
    """Feeds, pages, mails, logs, and the texts that lists show; not the key files and the configuration."""
    paths = [path for folder in ("feeds", "var") for path in (site.root / folder).rglob("*") if path.is_file()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in paths)


def answers(upstream: WebServer) -> list[Reply]:
    good = feed(title="Boat", link="boat", body="It left at six.").encode()
    moved = Reply(301, headers={"Location": f"/elsewhere?token={SECRETS['query']}"})
    return [
        Reply(200, good, {"Content-Type": "application/xml"}),
        *(moved, Reply(404), Reply(401), Reply(500), Reply(429, headers={"Retry-After": "1"}), Reply(200, b"")),
        *(Reply(200, b"<html><p>No feed"), Reply(302, headers={"Location": "file:///etc/passwd"})),
        *(Reply(200, b"x", {"Content-Encoding": "br"}), Reply(raw=[b"no http at all"]), Reply(raw=[b""])),
    ]


def test_no_command_shows_a_secret_whatever_the_servers_answer(tmp_path: Path, upstream: WebServer) -> None:
    site = a_secret_site(tmp_path, upstream)
    found: dict[str, list[str]] = {}

    for number, reply in enumerate(some(answers(upstream), 2)):
        upstream.routes["*"] = reply
        site.environ["PUBLISHER_NOW"] = f"2026-11-24T{8 + number:02}:00:00Z"
        done = site.run(*VOICES[number % 3], "publish", "--no-mail")
        found[f"{number}: {done.code}"] = shown(talk(done))
    for number, command in enumerate(some(COMMANDS, 2)):
        found[" ".join(command)] = shown(talk(site.run(*VOICES[number % 3], *command)))
    found["written"] = shown(everything_written(site))

    assert any(request.headers.get("authorization") for request in upstream.requests)
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


def test_no_secret_of_the_environment_is_shown(tmp_path: Path, upstream: WebServer) -> None:
    site = a_secret_site(tmp_path, upstream)
    site.environ["PUBLISHER_SECRET"] = SECRETS["secret environment"]
    site.environ["PUBLISHER_RELAY_PASSWORD"] = SECRETS["relay environment"]
    upstream.routes["*"] = Reply(404)

    found = [shown(talk(site.run(*voice, *command))) for voice in VOICES[1:] for command in (("publish",), ("doctor",))]
    site.environ["PUBLISHER_SECRET"] = SECRETS["secret environment"][:10]
    found.append(shown(talk(site.run("publish"))))

    assert found == [[]] * 5
    assert shown(everything_written(site)) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ada:{}@127.0.0.1:1/none",
        "postgresql+psycopg://ada:{}@nowhere.invalid/none?connect_timeout=2",
        "postgresql://ada:{}@127.0.0.1:1/none",
        "mysql://ada:{}@127.0.0.1/none",
        "postgresql+psycopg://ada:{}@127.0.0.1:port/none",
        "postgresql+psycopg//ada:{}@",
    ],
)
def test_no_password_of_a_database_is_shown(tmp_path: Path, url: str) -> None:
    site = Site(tmp_path)
    site.write("config/publisher.toml", f'{CONFIG}\n[database]\nurl = "{url.format(SECRETS["database"])}"\n')

    commands = (("publish",), ("check",), ("doctor",), ("db", "check"), ("db", "upgrade"))
    for command in commands if IS_FULL else commands[:1]:
        done = site.run("--verbose", *command)
        assert done.code != 0
        assert shown(talk(done)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("allow_private = true", 'allow_private = "perhaps"'),
        ('kind = "page"', 'kind = "pages"'),
        ("token=", "token=\\n"),
        ("http://ada", "htp://ada"),
        ("smtp://ada@", "smpt://ada:canary-relay-file@"),
        ("@127.0.0.1", "@127.0.0.1:x"),
        ("http://ada:", "http://ada:#/?@"),
        ("[relay]", '[relay]\npassword = "canary-relay-file"'),
        ("[feeds]\n", "[feeds\n"),
        ('hub = "http://', 'hub = "http://ada:canary-hub-userinfo@'),
        ('base_url = "https://', 'base_url = "https://ada:canary-hub-userinfo@'),
    ],
)
def test_no_mistake_in_the_configuration_shows_a_secret(
    tmp_path: Path, upstream: WebServer, before: str, after: str
) -> None:
    site = a_secret_site(tmp_path, upstream)
    site.write("config/publisher.toml", config_of(upstream).replace(before, after))
    upstream.routes["*"] = Reply(404)

    done = site.run("--verbose", "publish", "--no-mail")

    assert done.code != 0
    assert shown(talk(done)) == []


def test_no_process_has_a_secret_in_its_arguments_and_no_reader_one_in_its_environment(
    tmp_path: Path, upstream: WebServer
) -> None:
    site = a_secret_site(tmp_path, upstream)
    site.environ["PUBLISHER_SECRET"] = SECRETS["secret environment"]
    site.environ["PUBLISHER_RELAY_PASSWORD"] = SECRETS["relay environment"]
    asked, seen = threading.Event(), threading.Event()

    def hold(request: Request) -> Reply:
        asked.set()
        seen.wait(20)
        return Reply(200, feed().encode(), {"Content-Type": "application/xml"})

    site.write("articles/long.md", "# Long\n\n" + "Honest words of a chapter.\n\n" * 2_000)
    upstream.routes["*"] = hold
    running = site.start("--verbose", "publish", "--no-mail")
    assert asked.wait(30)
    lines, environments = processes_of(running)
    seen.set()
    running.wait(60)

    assert shown("\n".join(lines)) == []
    assert all(shown(environment) == [] for environment in environments)
    assert shown((site.root / "run.log").read_text()) == []


def processes_of(running: subprocess.Popen[bytes]) -> tuple[list[str], list[str]]:
    """The command lines of a command and of what it started, and the environments of what it started."""
    children = [pid for pid in numbers() if parent_of(pid) == running.pid]
    lines = [read(f"/proc/{pid}/cmdline") for pid in (running.pid, *children)]
    return lines, [read(f"/proc/{pid}/environ") for pid in children]


def numbers() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208


def parent_of(pid: int) -> int:
    fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def read(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def test_no_list_of_the_database_holds_a_secret(tmp_path: Path, upstream: WebServer) -> None:
    site = a_secret_site(tmp_path, upstream)
    upstream.routes["*"] = Reply(500)
    site.run("publish")

    with sqlite3.connect(site.root / "var/publisher.db") as database:
        dump = "\n".join(database.iterdump())
    database.close()

    assert "500" in dump
    assert shown(dump) == []
