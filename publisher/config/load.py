"""Settings from `config/publisher.toml` and the environment; secrets from files and the environment only."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from publisher.config.contradictions import find_contradictions
from publisher.config.environment import overlay
from publisher.config.explain import Mistake, from_validation, line_numbers, render
from publisher.config.explain import Path as KeyPath
from publisher.config.mend import mended, not_told
from publisher.errors import ConfigError
from publisher.model.settings import Settings

FILE = "config/publisher.toml"
MAX_SIZE_BYTES = 1_000_000


def load_settings(root: Path, *, environ: Mapping[str, str]) -> Settings:
    """Read the site's configuration; one ConfigError that lists every mistake, with file, line and key."""
    text = read_file(root / FILE)
    data = parse_toml(text)
    found = overlay(data, environ)
    settings, mistakes = validate(data, root)
    mistakes = [*found.mistakes, *mistakes]
    if mistakes or settings is None:
        raise refused(mistakes, lines=line_numbers(text), variables=found.variables)
    return settings


def parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{FILE}:{line[1]}" if line else FILE
        raise ConfigError(f"This is no TOML: {error}", where, "Mend the line it names.") from error
    except RecursionError as error:
        raise ConfigError("It is nested too deeply", FILE, "See docs/reference/configuration.md.") from error


def validate(data: dict[str, Any], root: Path) -> tuple[Settings | None, list[Mistake]]:
    """The settings, or everything that is wrong: types first, then what contradicts in all that is right."""
    given = {key: value for key, value in data.items() if key != "root"}
    unknown = [Mistake(("root",), "is no key of the configuration")] if "root" in data else []
    try:
        settings = strict(given, root)
    except ValidationError as error:
        mistakes = [*unknown, *from_validation(error.errors(), Settings)]
        try:
            settings = strict(mended(given, error.errors()), root)
        except ValidationError:
            return None, mistakes
        return None, [*mistakes, *not_told(find_contradictions(settings), mistakes)]
    return settings, [*unknown, *find_contradictions(settings)]


def strict(data: dict[str, Any], root: Path) -> Settings:
    """Without conversions: a number in quotes is no number."""
    return Settings.model_validate({**tupled(data), "root": root}, strict=True)


def tupled(value: Any) -> Any:
    """Lists as tuples, as the model has them."""
    if isinstance(value, dict):
        return {key: tupled(one) for key, one in value.items()}
    return tuple(tupled(one) for one in value) if isinstance(value, list) else value


def refused(mistakes: list[Mistake], *, lines: Mapping[KeyPath, int], variables: Mapping[KeyPath, str]) -> ConfigError:
    text = render(mistakes, file=FILE, lines=lines, environ=variables)
    count = f"{len(mistakes)} mistakes" if len(mistakes) > 1 else "a mistake"
    return ConfigError(f"The configuration has {count}:\n{text}\nEvery key: docs/reference/configuration.md")


def read_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE_BYTES + 1)
    except FileNotFoundError as error:
        hint = "Run `publisher init DIR`, or name the site's folder: `publisher --site DIR …`."
        raise ConfigError("There is no site here", str(path), hint) from error
    except OSError as error:
        raise ConfigError(f"It cannot be read: {error.strerror}", str(path), "Check its owner.") from error
    if len(data) > MAX_SIZE_BYTES:
        raise ConfigError("It is larger than 1 MB", str(path), "This cannot be a configuration.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"Line {line} is not UTF-8", FILE, "Save the file as UTF-8.") from error


def relay_password(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The relay's password from PUBLISHER_RELAY_PASSWORD or `relay.password_file`; None if there is none."""
    if given := environ.get("PUBLISHER_RELAY_PASSWORD"):
        return given
    if not settings.relay.password_file:
        return None
    return read_secret_file(settings.path(settings.relay.password_file), key="relay.password_file").strip() or None


def read_secret_file(path: Path, *, key: str) -> str:
    """A file that only its owner may read; its content is never shown."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError("Others may read this secret", f"{key} = {path}", f"Run: chmod 600 {path}")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("This secret cannot be read", f"{key} = {path}", "Make the file, mode 600.") from error


def load_secret(settings: Settings, environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """The keys that sign tokens and Message-IDs, newest first; made at first use (mode 0600).

    A new key goes on the first line of the file; older ones stay below, so that links in sent mails go on working.
    """
    text = environ.get("PUBLISHER_SECRET")
    if text is None:
        path = settings.path(settings.web.secret_file)
        text = read_secret_file(path, key="web.secret_file") if path.exists() else make_secret(path)
    keys = tuple(line.strip().encode() for line in text.splitlines() if line.strip())
    if not keys or any(len(key) < 16 for key in keys):
        raise ConfigError("A key has fewer than 16 characters", "web.secret_file", "Use at least 16 random characters.")
    return keys


def make_secret(path: Path) -> str:
    """A new key, written whole before anyone reads it; where another process was first, that one's."""
    text = secrets.token_urlsafe(32) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            text = read_secret_file(path, key="web.secret_file")
        temporary.unlink()
    except OSError as error:
        raise ConfigError(f"The secret cannot be made: {error.strerror}", str(path), "Check the folder.") from error
    return text
