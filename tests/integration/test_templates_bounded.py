"""An editor's own templates of the mail: they learn nothing, they end in time, and their errors name file and line."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from jinja2 import Environment

from publisher.app.mail_renderer import MEMORY_BYTES, SECONDS, MailRenderer
from publisher.errors import RenderError
from publisher.rendering.environment import environment, render
from publisher.rendering.mail import Renderer
from publisher.resources import Templates, load_templates
from tests.doubles.hostile_templates import GREEDY, LEAKS, TOLD
from tests.unit.test_rendering_mail import an_issue, an_item

SHIPPED = load_templates(Path("/nonexistent"))
FOOTER = "mail/footer.html"


def with_own(text: str, *, name: str = FOOTER) -> Templates:
    return Templates({**SHIPPED, name: text}, own=[name])


def test_no_template_of_180_learns_anything_of_the_program_its_files_or_its_settings() -> None:
    made = environment({f"mail/{payload}.html": payload for payload in LEAKS}, language="en")

    assert len(LEAKS) >= 180
    assert [(payload, word) for payload in LEAKS for word in TOLD if word in what_comes_of(made, payload)] == []


def what_comes_of(made: Environment, payload: str) -> str:
    """The output, or nothing for an error."""
    view = an_issue()
    try:
        return render(made, f"mail/{payload}.html", {"issue": view, "theme": view.theme})
    except RenderError:
        return ""


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY)
def test_a_greedy_template_ends_in_time_and_memory_and_names_its_file(text: str) -> None:
    before, largest_before = processor_seconds(), largest_child()
    with MailRenderer(with_own(f"one\n{text}\n{SHIPPED[FOOTER]}")) as renderer, pytest.raises(RenderError) as caught:
        renderer.issue(an_issue())

    assert caught.value.where.startswith(("templates/mail/footer.html:", "templates/mail/digest.html"))
    assert processor_seconds() - before < SECONDS + 3  # a new Python on a busy machine is in it
    assert largest_child() <= max(largest_before, MEMORY_BYTES + 100_000_000)


def largest_child() -> int:
    """The most bytes that any child of this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_after_an_issue_that_was_stopped_the_next_is_rendered() -> None:
    text = f'{{% if issue.subject == "endless" %}}{GREEDY["nested loops"]}{{% endif %}}<!-- ours -->{SHIPPED[FOOTER]}'
    with MailRenderer(with_own(text)) as renderer:
        with pytest.raises(RenderError, match="takes too long"):
            renderer.issue(an_issue(subject="endless"))
        made = renderer.issue(an_issue(an_item(title="Two")))

    assert "<!-- ours -->" in made.html
    assert "Two" in made.html


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("mail/footer.html", "one\n{% if %}\n", "templates/mail/footer.html:2"),
        ("mail/footer.html", "one\ntwo\n{{ nothing }}\n", "templates/mail/footer.html:3"),
        ("mail/letter/item.html", "{{ item.colour }}", "templates/mail/letter/item.html:1"),
        ("mail/extract.html", '\n{% include "/etc/passwd" %}', "templates/mail/extract.html:2"),
        ("mail/footer.txt", "one\n{{ issue.nothing }}", "templates/mail/footer.txt:2"),
        ("mail/magazine/style.css", "p { color: {{ theme.blue }}; }", "templates/mail/magazine/style.css:1"),
    ],
)
def test_an_error_in_a_block_names_its_file_and_line(name: str, text: str, where: str) -> None:
    look = "letter" if "letter" in name else "magazine"
    with pytest.raises(RenderError) as caught:
        Renderer(with_own(text, name=name)).issue(an_issue(look=look))

    assert caught.value.where == where


def test_a_subject_of_the_sites_own_is_bounded_too() -> None:
    with MailRenderer(with_own("{{ lead }} ({{ more_count }})", name="mail/subject.txt")) as renderer:
        assert renderer.subject(("A long headline", "B"), language="en") == "A long headline (1)"
    broken = with_own("{{ nothing }}", name="mail/subject.txt")
    with MailRenderer(broken) as renderer, pytest.raises(RenderError, match=r"mail/subject\.txt:1"):
        renderer.subject(("A",), language="en")


def test_the_sites_own_names_are_known(tmp_path: Path) -> None:
    (tmp_path / "templates/mail/letter").mkdir(parents=True)
    (tmp_path / "templates/mail/letter/footer.html").write_text("own")

    found = load_templates(tmp_path)

    assert found.own == {"mail/letter/footer.html"}
    assert found["mail/letter/footer.html"] == "own"
    assert "mail/digest.html" in found
