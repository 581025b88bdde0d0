"""The journal of one epoch: which dots went out and what was answered, on lines that outlive the process.

Lines are written with one `write` each and not synced: the page cache survives `kill -9`, and after a power cut
nobody relies on a line that is missing (reliability.md 1.1). Lines are `D|A issue subscriber attempt outcome code
phase relay check`, blanks between, `check` a CRC-32 of the rest.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import StorageError
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.model.ids import SubscriberId

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LINE = re.compile(r"([DA]) (\d+) (\d+) (\d+) (\w+) (\d+) (\S+) (\S+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The newest that a journal says of one delivery: a dot went out at this try; `answer` None: no reply was read."""

    attempt: int
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class JournalView:
    """A journal read back. `is_whole`: all but a torn last line is readable, so that a missing line means something."""

    entries: Mapping[tuple[int, int], Entry]
    is_whole: bool


class JournalFile:
    """The file `EPOCH.log`, only ever appended to. After a failed write it takes no more lines, so no dot follows."""

    def __init__(self, folder: Path, epoch: int) -> None:
        self.path = journal_path(folder, epoch)
        self._is_broken = False
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, flags, 0o600)
            sync_folder(folder)
        except OSError as error:
            raise self._error(error) from error

    def append(self, words: str) -> None:
        line = f"{words} {checksum(words)}\n".encode("ascii")
        if self._is_broken:
            raise StorageError("The journal is broken", str(self.path), "Make room on the disk and start again.")
        try:
            written = os.write(self._descriptor, line)
        except OSError as error:
            self._is_broken = True
            raise self._error(error) from error
        if written != len(line):
            self._is_broken = True
            raise StorageError("The journal could not be written: the disk is full", str(self.path), "Make room.")

    def close(self) -> None:
        os.close(self._descriptor)

    def _error(self, error: OSError) -> StorageError:
        return StorageError(f"The journal could not be written: {error.strerror}", str(self.path), "Check the disk.")


class IssueJournal:
    """The journal as a relay sees it while it sends one issue."""

    def __init__(self, file: JournalFile, issue: int) -> None:
        self._file = file
        self._issue = issue

    def sending(self, mail: Mail, *, connection: int) -> None:
        self._file.append(f"D {self._issue} {mail.subscriber_id} {mail.attempt} sending 0 dot -")

    def answered(self, answer: Answer, *, connection: int) -> None:
        phase, relay = word(answer.phase), word(answer.relay)
        words = f"{answer.subscriber_id} {answer.attempt} {answer.outcome.value} {answer.code} {phase} {relay}"
        self._file.append(f"A {self._issue} {words}")


def read_journal(folder: Path, epoch: int) -> JournalView | None:
    """What the journal of an epoch says; None if it is not there. The newest try of each delivery wins."""
    try:
        content = journal_path(folder, epoch).read_bytes()
    except OSError:
        return None
    # What follows the last line end was not written whole: its dot was not sent, or its reply not written down.
    lines = content.split(b"\n")[:-1]
    entries: dict[tuple[int, int], Entry] = {}
    is_whole = True
    for line in lines:
        parsed = parse_line(line.decode("ascii", "replace"))
        if parsed is None:
            is_whole = False
            continue
        key, entry = parsed
        known = entries.get(key)
        if known is None or entry.attempt >= known.attempt:
            entries[key] = entry
    return JournalView(entries, is_whole)


def parse_line(line: str) -> tuple[tuple[int, int], Entry] | None:
    """One line as (issue, subscriber) and its entry; None if it is damaged."""
    words, _, check = line.rpartition(" ")
    match = LINE.fullmatch(words)
    if match is None or check != checksum(words):
        return None
    key, attempt = (int(match[2]), int(match[3])), int(match[4])
    if match[1] == "D":
        return key, Entry(attempt, None)
    answer = Answer(
        SubscriberId(key[1]), attempt, Outcome(match[5]), unword(match[8]), code=int(match[6]), phase=unword(match[7])
    )
    return key, Entry(attempt, answer)


def journal_path(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch}.log"


def boot_id() -> str:
    """Which start of the machine this is; empty where the system does not say (then a crash counts as a power cut)."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(words: str) -> str:
    return f"{zlib.crc32(words.encode()):08x}"


def word(text: str) -> str:
    """A text as one ASCII word; `-` for none."""
    return re.sub(r"[^!-~]", "_", text) or "-"


def unword(text: str) -> str:
    return "" if text == "-" else text
