"""Asking other people's web servers: politely, in bounds, and never one's own network (design.md 9)."""

from publisher.fetch.answers import Limits, Page
from publisher.fetch.body import BodyError, unpack_gzip
from publisher.fetch.client import Client
from publisher.fetch.robots import Robots

__all__ = ["BodyError", "Client", "Limits", "Page", "Robots", "unpack_gzip"]
