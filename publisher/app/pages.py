"""Pages for people, rendered from templates in the site's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.app.runtime import Runtime
from publisher.rendering.environment import environment

if TYPE_CHECKING:
    from publisher.app.subscriptions import Leaving

TEMPLATE = "pages/unsubscribe.html"


def unsubscribe_page(runtime: Runtime, found: Leaving | None) -> str:
    """The page of an unsubscribe link: a button, a confirmation, or (None) that the link is not one of ours."""
    site = runtime.settings.site
    env = environment(runtime.templates, language=site.language)
    state = "unknown" if found is None else "held" if found.is_held else "left"
    title = found.title if found else site.title
    page = env.get_template(TEMPLATE)
    return page.render(site_title=site.title, site_url=site.url, language=site.language, title=title, state=state)
