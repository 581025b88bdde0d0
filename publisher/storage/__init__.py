"""The database: one MetaData, one query module per aggregate, transactions that `app` opens."""

from publisher.storage.engine import Database, Transaction, open_database

__all__ = ["Database", "Transaction", "open_database"]
