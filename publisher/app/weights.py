"""The file of what `extracts learn` found, as a site uses it."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import ConfigError
from publisher.extracts.weights import Weights, parse_weights
from publisher.model.settings import Settings

WEIGHTS_FILE = "var/extracts.json"
WEIGHTS_SIZE_MAX = 100_000


def load_weights(settings: Settings) -> Weights | None:
    """The weights of a site: `extracts.weights`, else `var/extracts.json` if it is there; ConfigError if damaged."""
    if settings.extracts.weights:
        return read_weights(settings.path(settings.extracts.weights))
    path = settings.path(WEIGHTS_FILE)
    return read_weights(path) if path.is_file() else None


def read_weights(path: Path) -> Weights:
    """The weights in a file; ConfigError that names it if it is missing, too large or damaged."""
    hint = "Run `publisher extracts learn`, or take extracts.weights out of the configuration."
    try:
        with path.open("rb") as file:
            data = file.read(WEIGHTS_SIZE_MAX + 1)
        text = data.decode()
    except OSError as error:
        raise ConfigError(f"The file of weights cannot be read: {error.strerror}", str(path), hint) from error
    except ValueError as error:
        raise ConfigError("The file of weights is not UTF-8, or it has no such name", repr(str(path)), hint) from error
    if len(data) > WEIGHTS_SIZE_MAX:
        raise ConfigError(f"The file of weights has more than {WEIGHTS_SIZE_MAX} bytes", str(path), hint)
    return parse_weights(text, where=str(path))
