"""A folder full of bad files: each is told in a line, none blocks, nothing from outside comes in (U12)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.a_site import Site, a_site

CANARY = "canary-from-outside"
GOOD = b"---\ntitle: Fine\ndate: 2026-11-23\n---\n\n"
ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))])
BYTES: dict[str, bytes] = {
    "empty.md": b"",
    "blank.md": b" \n\t\n",
    "bom.md": b"\xef\xbb\xbf",
    "nul.md": b"\x00" * 5_000,
    "half-keys.md": b"---\ntitle: Half",
    "half-utf8.md": GOOD + "Hä".encode()[:-1],
    "latin-1.md": GOOD + "Hafen für Fähren".encode("latin-1"),
    "utf-16.md": "# Words\n\nWords".encode("utf-16"),
    "utf-32.md": "# Words\n\nWords".encode("utf-32"),
    "noise.md": bytes(range(256)) * 20,
    "picture.md": b"\x89PNG\r\n\x1a\n" + bytes(1_000),
    "aliases.md": f"---\n{ALIASES}\n---\nWords".encode(),
    "python.md": b"---\ntitle: !!python/object/apply:os.system ['touch canary']\n---\nWords",
    "tag.md": b"---\ntitle: !!binary aGk=\n---\nWords",
    "merge.md": b"---\n<<: {title: x}\n---\nWords",
    "deep-keys.md": b"---\na: " + b"[" * 60_000 + b"\n---\nWords",
    "deep-mapping.md": b"---\n" + b"".join(b" " * n + b"a:\n" for n in range(300)) + b"---\nWords",
    "long-keys.md": b"---\n" + b"a: b\n" * 100_000 + b"---\nWords",
    "documents.md": b"---\n%YAML 9.9\n--- x\n---\nWords",
    "list.md": b"---\n- a\n---\nWords",
    "year-0.md": b"---\ntitle: x\ndate: 0000-00-00\n---\nWords",
    "draft.md": b"---\ntitle: x\ndraft: [1]\n---\nWords",
    "slug.md": b"---\ntitle: x\nslug: ../../etc/passwd\n---\nWords",
    "id.md": b"---\ntitle: x\nid: 'javascript'\n---\nWords",
    "large.md": GOOD + b"word " * 2_500_000,
    "deep.html": b"<div>" * 200_000,
    "attributes.html": b"<p " + b"a=b " * 100_000 + b">x",
    "empty.html": b"<html></html>",
    "empty.txt": b"",
    "undated.txt": b"no date here\n\nand no title",
}


@contextmanager
def special_files(folder: Path, outside: Path) -> Iterator[list[str]]:
    """What is no regular file of the folder, by name."""
    os.mkfifo(folder / "pipe.md")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(folder / "socket.md"))
    for name, target in {
        "link-out.md": outside,
        "link-shadow.md": Path("/etc/passwd"),
        "link-relative.md": Path("../../outside.md"),
        "link-nowhere.md": Path("nowhere.md"),
        "link-loop.md": Path("link-loop.md"),
        "link-device.md": Path("/dev/zero"),
        "link-process.md": Path("/proc/self/environ"),
        "link-folder.md": outside.parent,
    }.items():
        (folder / name).symlink_to(target)
    (folder / "round").symlink_to(folder)
    (folder / "up").symlink_to(folder.parent.parent)
    with (folder / "sparse.md").open("wb") as sparse:
        sparse.truncate(1_000_000_000)
    os.link(outside.with_name("linked.md"), folder / "hard.md")
    yield [path.name for path in folder.iterdir() if path.is_symlink() and path.suffix] + [
        *("pipe.md", "socket.md", "sparse.md"),
    ]
    bound.close()


def a_bad_folder(root: Path) -> tuple[Site, Path]:
    site = a_site(root / "site", subscribers=())
    outside = root / "outside.md"
    outside.write_text(f"# Outside\n\n{CANARY} {CANARY}")
    outside.with_name("linked.md").write_text("# Linked\n\nA hard link is a file of the folder.")
    for name, data in BYTES.items():
        site.write(f"articles/{name}", data)
    return site, outside


def test_bad_files_are_told_in_a_line_each_and_the_rest_is_published(tmp_path: Path) -> None:
    site, outside = a_bad_folder(tmp_path)
    with special_files(site.root / "articles", outside) as special:
        started = time.monotonic()
        done = site.publish("--no-mail")
        took_s = time.monotonic() - started
        again = site.publish("--no-mail")

    [source] = done.json["collect"]["sources"]
    lines = [line for line in done.err.splitlines() if line.startswith("Quarantined: ")]
    assert done.code in (65, 69, 0), done.err
    assert "a bug" not in done.err
    assert len(BYTES) + len(special) >= 40
    for name in special:
        assert len([line for line in lines if f"articles/{name}" in line]) == 1, name
    assert len(lines) == len({line.split()[1].rstrip(":0123456789") for line in lines})
    assert source["new"] >= 2
    assert "The last ferry" in (site.root / "feeds/rss.xml").read_text()
    assert CANARY.encode() not in everything_of(site.root)
    assert b"root:x:0" not in everything_of(site.root)
    assert not (site.root / "canary").exists()
    assert [line for line in again.err.splitlines() if line.startswith("Quarantined: ")] == []
    assert took_s < 60


def everything_of(root: Path) -> bytes:
    """All that the program wrote."""
    paths = [path for folder in ("feeds", "var") for path in (root / folder).rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in paths)
