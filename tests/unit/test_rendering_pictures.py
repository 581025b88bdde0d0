"""The picture of an article in a mail: only with a size, in a form that mail programs show, with its own words."""

from __future__ import annotations

import pytest

from publisher.model.article import Block, BlockKind, Body
from publisher.rendering.pictures import article_picture
from publisher.rendering.theme import Picture
from tests.builders import an_article

URL = "https://harbour.example/images/crane.jpg"


def a_body_with_a_figure(*, alt: str = "A crane at dawn") -> Body:
    html = (
        f'<figure><img src="{URL}" alt="{alt}" width="1104" height="620"><figcaption>The old one</figcaption></figure>'
    )
    figure = Block(BlockKind.FIGURE, 0, len("The old one"), alt=alt, credit="Photograph: Ada Berg")
    return Body(html, "The old one", (figure,))


def test_a_picture_has_the_articles_size_within_the_sheet() -> None:
    article = an_article(image=URL, image_size=(1104, 620))

    assert article_picture(article) == (Picture(URL, "", 552, 310), "")


def test_its_size_words_and_credit_are_those_of_the_same_image_in_the_body() -> None:
    body = a_body_with_a_figure()

    assert article_picture(an_article(image=URL, body=body)) == (
        Picture(URL, "A crane at dawn", 552, 310),
        "Photograph: Ada Berg",
    )


def test_without_an_alt_its_words_are_the_caption() -> None:
    picture, _ = article_picture(an_article(image=URL, body=a_body_with_a_figure(alt="")))

    assert picture is not None
    assert picture.alt == "The old one"


@pytest.mark.parametrize(
    ("url", "size"),
    [
        (None, (600, 400)),
        (URL, None),
        (URL, (1, 1)),
        (URL, (600, 20)),
        (URL, (200, 3000)),
        ("http://harbour.example/crane.jpg", (600, 400)),
        ("https://harbour.example/crane.webp", (600, 400)),
        ("https://harbour.example/crane.svg", (600, 400)),
        ("data:image/png;base64,AAAA", (600, 400)),
        ("https://harbour.example/picture?id=7", (600, 400)),
    ],
)
def test_what_mail_programs_would_not_show_well_is_left_out(url: str | None, size: tuple[int, int] | None) -> None:
    assert article_picture(an_article(image=url, image_size=size)) == (None, "")


def test_a_small_picture_keeps_its_size() -> None:
    picture, _ = article_picture(an_article(image=f"{URL}?v=2", image_size=(300, 200)))

    assert picture == Picture(f"{URL}?v=2", "", 300, 200)
