"""Whatever articles hold, a mail is made of it: nothing active, every link absolute, both parts with the same items."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.mail import FIT_BYTES, LOOKS, ImageView
from tests.unit.test_rendering_mail import RENDERER, an_issue, an_item

ANY = st.text(max_size=120) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "</td></table>",
        "<!--[if mso]>",
        '" onclick="x',
        "&#847;",
    ]
)
URLS = ANY | st.sampled_from(
    ["javascript:alert(1)", "//h.example", "https://h.example/a b", "http://h.example/é?x=1&y"]
)
IMAGES = st.none() | st.builds(ImageView, url=URLS, alt=ANY, width=st.just(552), height=st.just(310))
ITEMS = st.fixed_dictionaries(
    {
        "title": ANY,
        "url": URLS,
        "authors": st.lists(ANY, max_size=2).map(tuple),
        "section": ANY,
        "passages": st.lists(ANY, max_size=3).map(tuple),
        "language": st.sampled_from(["en", "ar", "ja", "fi"]),
        "licence": URLS,
        "licence_name": ANY,
        "rights": ANY,
        "original_name": ANY,
        "original_url": URLS,
        "image": IMAGES,
        "image_credit": ANY,
        "section_heading": ANY,
    }
)


TAGS = frozenset(("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td"))
TAGS |= frozenset(("p", "h1", "h2", "h3", "a", "img", "br", "span"))


class Reader(HTMLParser):
    """Collects the tags and their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@given(st.lists(ITEMS, min_size=1, max_size=4), st.sampled_from(LOOKS), st.sampled_from(["en", "de", "fi", "ar"]), ANY)
@settings(max_examples=25, deadline=None)
def test_any_words_make_a_mail_that_holds_nothing_active(
    given_items: list[dict[str, object]], look: str, language: str, note: str
) -> None:
    view = an_issue(*(an_item(**item) for item in given_items), look=look, language=language, note=note)

    made = RENDERER.issue(view)

    reader = Reader()
    reader.feed(made.html)
    assert set(reader.tags) <= TAGS
    assert reader.handlers == []
    assert all(address.startswith(("https://", "http://")) for address in reader.addresses)
    assert reader.tags.count("h1") == 1
    assert sum(reader.tags.count(tag) for tag in ("h2", "h3")) >= len(view.items)
    assert "\n\n\n\n" not in made.text
    assert len(made.html.encode()) <= FIT_BYTES
