"""A small mail in which the linter finds nothing, to be broken in one place: `a_mail(html=…)`, `headers("Date", …)`."""

from __future__ import annotations

import re

from publisher.mail_lint import Expected
from publisher.rendering.quoted_printable import encode

TOKEN = "Zq8x2LmT0vYd7KsW4nRb1HcPfA9eGjUo"
UNSUBSCRIBE = f"https://harbour.example/mail/u/{TOKEN}"
SUBJECT = "Night shift on the quay, and 1 more"
EXPECTED = Expected(
    unsubscribe_url=UNSUBSCRIBE,
    postal_address="Quay 7 & Co., 00100 Helsinki",
    subject=SUBJECT,
    words="Night shift on the quay Cranes on a Sunday The Harbour Review",
)
BOUNDARY = "=_4f2a9c0d7e"
HEADERS = f"""Date: Tue, 24 Nov 2026 07:30:00 +0000
From: The Harbour Review <digest@harbour.example>
Reply-To: editors@harbour.example
To: reader@example.org
Subject: {SUBJECT}
Message-ID: <weekly-2026-w48.k3Jd82hSSa0@harbour.example>
List-Id: The Harbour Week <weekly.harbour.example>
List-Unsubscribe: <{UNSUBSCRIBE}>,
 <mailto:editors@harbour.example?subject=unsubscribe>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Archive: <https://harbour.example/feeds/index.html>
List-Post: NO
Archived-At: <https://harbour.example/feeds/issues/weekly-2026-w48.html>
Auto-Submitted: auto-generated
Precedence: list
Feedback-ID: weekly-2026-w48:weekly:publisher:harbourexample
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="{BOUNDARY}"
"""
PART = "Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
FONT = "font:16px/24px Georgia,Times New Roman,serif"
INK = f"margin:0;{FONT};color:#1d2a33"
LINK = "color:#0b4a6f;text-decoration:underline"
HTML = f"""<!DOCTYPE html>
<html lang="en" dir="ltr" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{SUBJECT}</title>
<!--[if mso]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]-->
<style>
@media (prefers-color-scheme: dark) {{
.page, .sheet {{ background-color: #121212 !important; }}
h1, .words {{ color: #f0f0f0 !important; }}
.link {{ color: #a8cdf5 !important; }}
}}
</style>
</head>
<body>
<div style="display:none;mso-hide:all">Cranes on a Sunday, and what the harbour sounds like&#847;&zwnj;&nbsp;</div>
<div role="article" lang="en">
<table role="presentation" class="page" width="100%" style="background-color:#f4f1ea">
<tr><td align="center" style="padding:0">
<!--[if mso]><table role="presentation" width="600" align="center"><tr><td><![endif]-->
<table role="presentation" class="sheet" width="100%" style="width:100%;max-width:600px;background-color:#ffffff">
<tr><td style="padding:24px">
<h1 class="words" style="{INK}">The Harbour Week</h1>
<h2 style="margin:0;{FONT}"><a class="link" style="{LINK}" href="https://harbour.example/culture/night">Night shift on the quay</a></h2>
<img src="https://harbour.example/i/quay.jpg" alt="The quay at night" width="120" height="68" style="display:block">
<p class="words" style="{INK}">The harbour had been built for ships of another century, and everybody knew it.</p>
<h2 style="margin:0;{FONT}"><a class="link" style="{LINK}" href="https://harbour.example/piece/cranes">Cranes on a Sunday</a></h2>
<p class="words" style="{INK}"><a class="link" style="{LINK}" href="{UNSUBSCRIBE}">Unsubscribe</a></p>
<p class="words" style="{INK}">Quay 7 &amp; Co., 00100 Helsinki</p>
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</div>
</body>
</html>"""  # noqa: E501 - a line is a line of the mail
TEXT = f"""{SUBJECT}

The Harbour Week

Night shift on the quay
https://harbour.example/culture/night
https://harbour.example/i/quay.jpg

The harbour had been built for ships of another century,
and everybody knew it.

Cranes on a Sunday
https://harbour.example/piece/cranes

Unsubscribe:
{UNSUBSCRIBE}

Quay 7 & Co.,
00100 Helsinki"""


def a_mail(*, html: str = HTML, text: str = TEXT, headers: str = HEADERS) -> bytes:
    """The mail of these parts and headers; a line break in `headers` ends a line."""
    plain, page = (encode(one).decode() for one in (text, html))
    parts = (("text/plain", plain), ("text/html", page))
    body = "".join(f"--{BOUNDARY}\r\n{crlf(PART.format(kind=kind))}\r\n{content}" for kind, content in parts)
    return f"{crlf(headers)}\r\n{body}--{BOUNDARY}--\r\n".encode()


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def headers(name: str, line: str) -> str:
    """The good headers with this line (or none, or several) in the place of the header of this name."""
    changed, count = re.subn(rf"(?m)^{name}: .*\n(?: .*\n)*", line and f"{line}\n", HEADERS)
    assert count == 1, name
    return changed
