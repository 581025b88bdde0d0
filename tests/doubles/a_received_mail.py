"""A digest as Publisher sends it, and as a mailbox stores it."""

from __future__ import annotations

TOKEN = "Q29tZSBhbmQgc2VlIHRoZSBoYXJib3Vy"
NAMES = "from:to:subject:date:message-id:mime-version:list-unsubscribe:list-unsubscribe-post"

MAIL = f"""Date: Tue, 24 Nov 2026 07:30:00 +0200
From: The Harbour Review <letters@harbour.press>
To: ada@mailbox.press
Subject: The last ferry
Message-ID: <weekly-2026-w48.abcdefghijklmnopqrstuvwx@harbour.press>
List-Id: The Harbour Week <weekly.harbour.press>
List-Unsubscribe: <https://harbour.press/mail/u/{TOKEN}>,
 <mailto:editors@harbour.press?subject=unsubscribe%20weekly>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="=_0"

--=_0
Content-Type: text/plain; charset=utf-8

It left at six.
--=_0--
""".replace("\n", "\r\n").encode()

RESULTS = (
    b"Authentication-Results: mx.mailbox.press;\r\n dkim=pass (2048-bit key) header.d=harbour.press;\r\n"
    b" spf=pass (sender is right) smtp.mailfrom=letters@harbour.press;\r\n"
    b" dmarc=pass (p=none) header.from=harbour.press\r\n"
)
