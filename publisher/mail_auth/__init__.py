"""What a domain says of who may send for it: SPF, DKIM and DMARC records, read and judged (email.md 5). Pure."""

from publisher.mail_auth.answers import Answer, Kind, Resolver, Status, shown
from publisher.mail_auth.domains import domain_of, is_free_mail, is_reserved

__all__ = ["Answer", "Kind", "Resolver", "Status", "domain_of", "is_free_mail", "is_reserved", "shown"]
