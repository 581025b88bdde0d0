"""A folder as a relay: each mail a file, each envelope a line; nothing leaves the machine."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import time

from publisher.errors import RelayUnavailable
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay.envelope import mail_problem, refused, unsent
from publisher.relay.port import Journal

ENVELOPES = "envelopes.jsonl"
OK = 250
TIDY_AFTER_S = 60


class OutboxRelay:
    """Writes `NAME.eml`, exactly what an SMTP relay would get before dot-stuffing, and a line of `envelopes.jsonl`.

    The same name again is not a second mail: the file is replaced, the line stays one. So it never needs UNKNOWN.
    """

    is_idempotent = True
    """A mail sent twice is one mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return "folder"

    def open(self) -> None:
        """Make the folder, and tidy what a killed process left."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._tidy()
            end_torn_line(self._folder / ENVELOPES)
        except OSError as error:
            raise RelayUnavailable(
                f"The folder cannot be written: {error.strerror}", str(self._folder), "Check its owner and the disk."
            ) from error

    def _tidy(self) -> None:
        """Remove what killed processes left half written; what another one writes at this moment is younger."""
        before = time() - TIDY_AFTER_S
        for left in self._folder.glob(".*.tmp"):
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()

    def send(
        self, batches: Iterable[Sequence[Mail]], *, journal: Journal, stop: Callable[[], bool]
    ) -> Iterator[Answer]:
        reason, phase = "", ""
        for batch in batches:
            for mail in batch:
                if not phase and stop():
                    reason, phase = "Stopped on request", "stop"
                answer = unsent(mail, self.name, reason=reason, phase=phase) if phase else self._write(mail, journal)
                if answer.outcome is Outcome.UNSENT and not phase:
                    reason, phase = answer.reply, answer.phase
                yield answer
            if phase:
                return

    def close(self) -> None:
        """Nothing stays open between two mails."""

    def _write(self, mail: Mail, journal: Journal) -> Answer:
        data = mail.data
        if problem := mail_problem(mail, data):
            return refused(mail, self.name, problem)
        journal.sending(mail, connection=0)
        file = f"{mail.name}.eml"
        try:
            is_new = not (self._folder / file).exists()
            write_whole(self._folder / file, data)
            add_envelope(self._folder / ENVELOPES, mail, is_new_file=is_new)
        except OSError as error:
            answer = unsent(mail, self.name, reason=f"The folder: {error.strerror}", phase="write")
        else:
            words = f"written as {file}"[:200]
            answer = Answer(mail.subscriber_id, mail.attempt, Outcome.ACCEPTED, self.name, code=OK, reply=words)
        journal.answered(answer, connection=0)
        return answer


def write_whole(path: Path, data: bytes) -> None:
    """A file whole or not at all, on the disk when this returns."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def add_envelope(path: Path, mail: Mail, *, is_new_file: bool) -> None:
    """Append the mail's line. Only a file that was there before can have one: then the lines are searched."""
    envelope = {"file": f"{mail.name}.eml", "mail_from": mail.mail_from, "rcpt_to": mail.rcpt_to}
    line = json.dumps(envelope, ensure_ascii=False).encode() + b"\n"
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not is_new_file and has_envelope(path, envelope["file"]):
            return
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def has_envelope(path: Path, file: str) -> bool:
    with path.open("rb") as lines:
        return any(json.loads(line)["file"] == file for line in lines if line.endswith(b"\n"))


def end_torn_line(path: Path) -> None:
    """Cut off the half line of a killed process: its mail was never answered and comes again."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = file.read()
        if not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)
