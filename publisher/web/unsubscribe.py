"""Leaving and undoing it: GET and HEAD show one button, POST does it (RFC 8058; email.md 6)."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from publisher.app.leaving import come_back, leave_by_token, leave_everything_by_token, look_at_link
from publisher.app.reader import Reader
from publisher.tokens import Purpose
from publisher.web.forms import field
from publisher.web.pages import Pages


class LeavingPages:
    """`u/TOKEN` and `r/TOKEN`."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.runtime = pages, pages.runtime

    def look(self, token: str) -> Response:
        return self.left(look_at_link(self.runtime, Purpose.UNSUBSCRIBE, token))

    def leave(self, token: str, form: FormData) -> Response:
        """Our own button sends the body of RFC 8058 too; another body asks for nothing."""
        if field(form, "List-Unsubscribe") != "One-Click":
            return self.pages.unknown(400)
        leave = leave_everything_by_token if field(form, "everything") == "yes" else leave_by_token
        return self.left(leave(self.runtime, token))

    def look_back(self, token: str) -> Response:
        return self.back(look_at_link(self.runtime, Purpose.RESUBSCRIBE, token))

    def come_back(self, token: str, form: FormData) -> Response:
        return self.back(come_back(self.runtime, token))

    def left(self, reader: Reader) -> Response:
        return self.page("unsubscribe.html", reader)

    def back(self, reader: Reader) -> Response:
        return self.page("resubscribe.html", reader)

    def page(self, name: str, reader: Reader) -> Response:
        values: dict[str, Any] = {"reader": reader, **reader_links(self.pages, reader)}
        return self.pages.page(name, reader.language, **values)


def reader_links(pages: Pages, reader: Reader) -> dict[str, str]:
    """The reader's other pages, about the cadence that they hold, or held last."""
    digest = reader.held.digest if reader.held else reader.back or reader.letter[0]
    purposes = {
        "unsubscribe_path": Purpose.UNSUBSCRIBE,
        "undo_path": Purpose.RESUBSCRIBE,
        "preferences_path": Purpose.PREFERENCES,
    }
    return {name: pages.writer.link(purpose, reader.id, digest) for name, purpose in purposes.items()}
