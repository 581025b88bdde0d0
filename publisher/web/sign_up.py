"""`s/` and `c/TOKEN`: signing up. The answer is the same whoever the address is, and given before it is looked up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from publisher.app.preferences import Option
from publisher.app.sign_up import (
    Asked,
    Confirming,
    SignUp,
    ask,
    confirm,
    forget_unconfirmed,
    look_at_confirmation,
    read_sign_up,
)
from publisher.errors import DataError, UsageError
from publisher.tokens import Purpose
from publisher.web.desk import Desk
from publisher.web.forms import field, read_form
from publisher.web.networks import Turns
from publisher.web.pages import Pages, not_allowed

RETRY_S = "3600"
MAX_SHOWN = 300
TIDY = timedelta(hours=1)
CLOSED = timedelta(minutes=5)
"""After the hour's cap was reached: how long nobody is told that a mail is on its way."""


class SignUpPages:
    """The form, and the page of the link in the mail that asks back."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.runtime = pages, pages.runtime
        self.turns = Turns()
        self.desk = Desk(self.ask)
        self.tidied: datetime | None = None
        self.closed_until: datetime | None = None

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show the form; POST asks. What is wrong with the words themselves is said, nothing else."""
        if request.method in ("GET", "HEAD"):
            return await run_in_threadpool(self.form)
        if request.method != "POST":
            return not_allowed()
        host = request.client.host if request.client else ""
        form = await read_form(request)
        now = self.runtime.clock()
        if not self.turns.take(host, now=now) or (self.closed_until and now < self.closed_until):
            return await run_in_threadpool(self.busy)
        return await run_in_threadpool(self.posted, form)

    def posted(self, form: FormData | None) -> Response:
        if form is None:
            return self.form(problem="form")
        digest, address = field(form, "digest"), field(form, "address")[:MAX_SHOWN]
        try:
            wish = read_sign_up(self.runtime.settings, address, digest)
        except UsageError:
            return self.form(problem="digest", address=address)
        except DataError:
            return self.form(problem="address", digest=digest, address=address)
        # Only a machine fills in what nobody sees.
        if not field(form, "website"):
            self.desk.put(wish)
        return self.pages.page("sign-up.html", state="sent", digests=(), problem="")

    def form(self, *, problem: str = "", digest: str = "", address: str = "") -> Response:
        known = self.runtime.settings.digests
        chosen = digest or (known[0].name if known else "")
        digests = tuple(Option(one.name, one.title, one.name == chosen) for one in known)
        status = 400 if problem else 200
        values: dict[str, Any] = {"state": "form", "digests": digests, "problem": problem, "address": address}
        return self.pages.page("sign-up.html", status=status, **values)

    def busy(self) -> Response:
        """Said of networks and hours, never of an address."""
        answer = self.pages.page("sign-up.html", status=429, state="busy", digests=(), problem="")
        answer.headers["Retry-After"] = RETRY_S
        return answer

    def ask(self, wish: SignUp) -> Asked:
        now = self.runtime.clock()
        if self.tidied is None or now - self.tidied > TIDY:
            self.tidied = now
            forget_unconfirmed(self.runtime)
        asked = ask(self.runtime, wish, self.pages.writer)
        self.closed_until = now + CLOSED if asked is Asked.CLOSED else None
        return asked

    def look(self, token: str) -> Response:
        return self.confirmed(look_at_confirmation(self.runtime, token), token)

    def confirm(self, token: str, form: FormData) -> Response:
        return self.confirmed(confirm(self.runtime, token), token)

    def confirmed(self, view: Confirming, token: str) -> Response:
        writer = self.pages.writer
        links = {"confirm_path": f"{writer.base_path}c/{token}", "preferences_path": ""}
        if view.subscriber_id is not None and view.state == "done":
            links["preferences_path"] = writer.link(Purpose.PREFERENCES, view.subscriber_id, view.digest)
        status = 410 if view.state == "expired" else 200
        return self.pages.page("confirm.html", view.language, status=status, view=view, **links)
