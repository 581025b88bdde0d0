"""HTML of others turned into HTML and text that are safe to keep: cleaned once, at the door."""

from publisher.html.blocks import body_of_html, plain_text
from publisher.html.clean import clean_line, clean_text
from publisher.html.sanitise import sanitise

__all__ = ["body_of_html", "clean_line", "clean_text", "plain_text", "sanitise"]
