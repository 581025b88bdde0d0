"""Looking into JSON of others: what has another type than it should is as good as missing."""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def words(given: Values, key: str) -> str:
    found = given.get(key)
    return found if isinstance(found, str) else ""


def values(given: Values, key: str) -> Values:
    found = given.get(key)
    return found if isinstance(found, dict) else {}
