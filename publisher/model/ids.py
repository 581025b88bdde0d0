"""Ids are types of their own; an address, a title, a URL or a date is never a key."""

from typing import NewType

ArticleId = NewType("ArticleId", str)
"""A `tag:` URI, or the kept id of an upstream; stored at first sight and never computed again."""

IssueId = NewType("IssueId", str)
"""`DIGEST-SLOT` in lower case, of an extra one `DIGEST-SLOT-2`."""

SubscriberId = NewType("SubscriberId", int)
