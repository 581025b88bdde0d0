"""What of a title is mark-up."""

from __future__ import annotations

import pytest

from publisher.html.titles import plain_title


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Don&#8217;t <em>go</em>", "Don’t go"),
        ("&ldquo;Ice&rdquo; &amp; fog", "“Ice” & fog"),
        ("<b>The <i>last</i> ferry</b><br>and the first", "The last ferry and the first"),
        ('<a href="/x">A link</a>', "A link"),
        ("AT&T", "AT&T"),
        ("a < b && c > d", "a < b && c > d"),
        ("the <script> element", "the <script> element"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("an <em> that nobody closes", "an <em> that nobody closes"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a null &#0; and a half &#xD800;", "a null \ufffd and a half \ufffd"),
    ],
)
def test_a_title_is_its_words(given: str, words: str) -> None:
    assert plain_title(given) == words
