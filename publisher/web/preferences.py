"""`p/TOKEN`: what a reader gets of a letter. Whole or not at all, and looking changes nothing."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.responses import Response

from publisher.app.preferences import Preferences, Wanted, as_given, look_at_preferences, save_preferences
from publisher.errors import UsageError
from publisher.web.forms import field, fields
from publisher.web.pages import Pages
from publisher.web.unsubscribe import reader_links


class PreferencesPages:
    """The page of a reader's own choices."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.runtime = pages, pages.runtime

    def look(self, token: str) -> Response:
        return self.page(look_at_preferences(self.runtime, token))

    def save(self, token: str, form: FormData) -> Response:
        wanted = read_wanted(form)
        if wanted is None:
            return self.page(look_at_preferences(self.runtime, token), problem="form")
        try:
            saved = save_preferences(self.runtime, token, wanted)
        except UsageError as error:
            return self.page(as_given(look_at_preferences(self.runtime, token), wanted), problem=error.where)
        return self.page(saved, is_saved=saved.reader.is_held)

    def page(self, view: Preferences, *, problem: str = "", is_saved: bool = False) -> Response:
        reader = view.reader
        values = {"view": view, "reader": reader, "problem": problem, "is_saved": is_saved}
        status = 400 if problem else 200
        return self.pages.page(
            "preferences.html", reader.language, status=status, **values, **reader_links(self.pages, reader)
        )


def read_wanted(form: FormData) -> Wanted | None:
    """The form's fields; None where it is not the page's own."""
    which = field(form, "which")
    if which not in ("all", "some") or len(form.getlist("language")) != 1:
        return None
    sections = None if which == "all" else fields(form, "section")
    return Wanted(field(form, "digest"), sections, field(form, "language"))
