"""Publisher: articles in, feeds and a newsletter out."""

__version__ = "0.1.0"
