"""A magazine's own extracts teach the picker; the weights are a file of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from publisher.app.extracts import (
    Learning,
    evaluate_file,
    learn_weights,
    read_file,
    read_site,
)
from publisher.app.runtime import Runtime, open_runtime
from publisher.app.weights import WEIGHTS_FILE, load_weights
from publisher.errors import ConfigError, DataError, NotFound
from publisher.extracts import choose
from publisher.model.article import Article, Extract, Origin, Passage
from publisher.model.settings import ExtractSettings
from publisher.storage import articles
from publisher.storage.articles import Traits
from tests.acceptance.a_site import CONFIG
from tests.builders import NOW, a_body, an_article

WORDS = ("harbour", "eel", "lamp", "fog", "gull", "rope", "tide", "crane", "quay", "net", "oar", "buoy", "pilot")


def an_edited_article(number: int, *, origin: Origin = Origin.EDITOR) -> Article:
    """Six paragraphs; the editor took the last one."""
    dice = Random(number)
    paragraphs = [" ".join(" ".join(["The", *dice.choices(WORDS, k=15)]) + "." for _ in range(3)) for _ in range(6)]
    body = a_body(*paragraphs)
    start, end = body.blocks[-1].start, body.blocks[-1].end
    gone = Passage("This is nowhere.")
    passages = (Passage(body.text[start:end], start, end), *([gone] if number == 1 else []))
    return an_article(number, body=body, extract=Extract(passages, origin))


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG)
    with open_runtime(tmp_path, environ={}) as opened:
        yield opened


def fill(runtime: Runtime, count: int) -> None:
    with runtime.begin() as tx:
        for number in range(1, count + 1):
            articles.add(tx, an_edited_article(number), Traits(""))
        left = an_edited_article(count + 1, origin=Origin.AUTOMATIC)
        articles.add(tx, left, Traits(""))


def test_the_weights_of_a_magazine_choose_what_its_editor_would(runtime: Runtime) -> None:
    fill(runtime, 12)
    examples = read_site(runtime)
    assert load_weights(runtime.settings) is None

    lessons = learn_weights(examples, Learning(runtime.root / WEIGHTS_FILE, NOW, least=12))

    assert (len(examples.found), examples.missing_count, examples.left_out_count) == (12, 1, 0)
    assert lessons.written == runtime.root / WEIGHTS_FILE
    assert lessons.learned.hits[0] > lessons.learned.usual[0] == 0
    weights = load_weights(runtime.settings)
    assert weights is not None
    assert (weights.made, weights.figures["articles"]) == ("2026-11-24T08:00:00Z", 12)
    new = an_edited_article(99)
    extract, _ = choose(
        new.body, title="", language="en", given=(), summary=None, settings=ExtractSettings(), weights=weights
    )
    assert extract.passages[0].end == len(new.body.text)


def test_too_few_articles_write_nothing_and_say_how_many_there_are(runtime: Runtime) -> None:
    fill(runtime, 3)

    with pytest.raises(DataError, match=r"3 articles .* 200 are needed"):
        learn_weights(read_site(runtime), Learning(runtime.root / WEIGHTS_FILE, NOW))

    assert not (runtime.root / WEIGHTS_FILE).exists()


def test_weights_that_are_worse_than_none_are_written_only_when_forced(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"title": "T", "body": "The eel came.", "extracts": ["The eel came."]}\n' * 10)
    target = tmp_path / "weights.json"
    examples = read_file(path)  # the lead is a hit, and no candidate is long enough to be learnt from

    lessons = learn_weights(examples, Learning(target, NOW, least=10))
    assert (lessons.learned.is_kept, lessons.written, target.exists()) == (False, None, False)

    forced = learn_weights(examples, Learning(target, NOW, least=10, is_forced=True))
    assert (forced.learned.is_kept, forced.written, target.exists()) == (False, target, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b" " * 200_000, None])
def test_a_damaged_or_missing_file_of_weights_is_an_error_that_names_it(
    runtime: Runtime, content: bytes | None
) -> None:
    extracts = runtime.settings.extracts.model_copy(update={"weights": "my-weights.json"})
    settings = runtime.settings.model_copy(update={"extracts": extracts})
    if content is not None:
        (runtime.root / "my-weights.json").write_bytes(content)

    with pytest.raises(ConfigError, match=r"my-weights\.json"):
        load_weights(settings)


def test_a_subset_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"body": "The eel came.", "extracts": ["The eel came."], "subset": "eels"}\nnope\n')

    with pytest.raises(NotFound, match="eels"):
        evaluate_file(path, settings=ExtractSettings(), subset="gulls")
    with pytest.raises(NotFound, match="no such file"):
        read_file(tmp_path / "gone.jsonl")

    found = evaluate_file(path, settings=ExtractSettings(), subset="eels")
    assert [(one.subset, one.articles, one.picker.hits_pct) for one in found.results] == [
        ("eels", 1, 100),
        (None, 1, 100),
    ]
    assert [str(one).partition(": ")[0] for one in found.examples.bad] == [f"{path}:2"]
