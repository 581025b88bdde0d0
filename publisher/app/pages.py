"""Pages for people, and the words of the confirmation mail, in the reader's language or else the magazine's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from publisher.app.runtime import Runtime
from publisher.model.ids import SubscriberId
from publisher.model.settings import Settings
from publisher.rendering.pages import Frame, PageTemplates, words_language
from publisher.tokens import Purpose, sign_link


def pages_url(settings: Settings) -> str:
    """Where the pages of a subscription are served."""
    return settings.web.base_url or f"{settings.site.url}mail/"


class PageWriter:
    """Writes pages. Its links are paths on this host or come from the configuration (reliability.md W12)."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.base_url = pages_url(runtime.settings)
        self.base_path = urlsplit(self.base_url).path
        self.templates = PageTemplates(runtime.templates)

    def page(self, name: str, language: str = "", **values: Any) -> str:
        """A page of `templates/pages/`; RenderError where an editor's own template does not fit."""
        words = self.words(language)
        return self.templates.render(name, words, {"frame": self.frame(words), **values})

    def words(self, language: str) -> str:
        """The language of a reader's page: theirs, else the magazine's (as far as there are words in it)."""
        return words_language(language or self.runtime.settings.site.language)

    def frame(self, language: str) -> Frame:
        settings = self.runtime.settings
        return Frame(
            site_title=settings.site.title,
            site_url=settings.site.url,
            site_language=settings.site.language,
            postal_address=settings.site.postal_address,
            base_path=self.base_path,
            feeds_url=settings.feeds.base_url,
            language=language,
        )

    def link(self, purpose: Purpose, subscriber_id: SubscriberId, digest: str) -> str:
        """The path of another page of the same reader: `/mail/p/TOKEN`."""
        token = sign_link(self.runtime.secrets[0], purpose, subscriber_id=subscriber_id, digest=digest)
        return f"{self.base_path}{PLACES[purpose]}/{token}"

    def confirmation(self, language: str, *, title: str, url: str) -> tuple[str, str]:
        """Subject and text of the mail that asks a person back."""
        words = self.words(language)
        values = {"title": title, "url": url, "frame": self.frame(words)}
        subject = self.templates.render("confirmation-subject.txt", words, values)
        return " ".join(subject.split()), self.templates.render("confirmation.txt", words, values)


PLACES = {Purpose.UNSUBSCRIBE: "u", Purpose.RESUBSCRIBE: "r", Purpose.PREFERENCES: "p", Purpose.CONFIRM: "c"}
