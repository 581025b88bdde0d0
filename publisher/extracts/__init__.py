"""What is quoted from an article: passages that are slices of its body (extracts.md)."""

from publisher.extracts.choose import choose
from publisher.extracts.pick import pick
from publisher.extracts.plain_text import text_body
from publisher.extracts.sentences import sentences
from publisher.extracts.verbatim import locate, nearest_sentence

__all__ = ["choose", "locate", "nearest_sentence", "pick", "sentences", "text_body"]
