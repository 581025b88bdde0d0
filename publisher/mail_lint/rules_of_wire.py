"""The rules of bytes, headers and parts (email.md 1.1 to 1.3, 2.2, 4)."""

from __future__ import annotations

from publisher.mail_lint.rule import Rule, error, warning

OURS = "Please report this: the mail's writer is at fault."

WIRE_RULES: tuple[Rule, ...] = (
    error("wire-crlf", "Lines end in CRLF, nowhere a bare CR or LF", "RFC 5321 2.3.8, RFC 5322 2.3; M-1", OURS),
    error("wire-end", "The last line ends in CRLF", "RFC 5321 4.1.1.4; M-1", OURS),
    error("wire-nul", "No NUL", "RFC 5322 2.3; M-1", OURS),
    error("wire-ascii", "No byte outside ASCII", "RFC 5322 2.2, RFC 2045 2.7; M-4", OURS),
    error("wire-length", "No line over 998 bytes", "RFC 5322 2.1.1; M-2", OURS),
    warning("wire-fold", "Header lines of at most 78 bytes; a single word may be longer", "RFC 5322 2.1.1; M-2", OURS),
    error("wire-dot", "No line of a body begins with a dot or `From `", "RFC 2045 6.7, RFC 5321 4.5.2; M-5", OURS),
    error("wire-blank", "No blank at the end of a body's line", "RFC 2045 6.7 rule 3; M-5", OURS),
    warning(
        "wire-size",
        "The whole mail has at most 200,000 bytes",
        "practice: filters look away past it",
        "Send fewer items, or shorter passages.",
    ),
    error("header-form", "Each header line is `Name: value` or goes on from one", "RFC 5322 2.2; M-15", OURS),
    error(
        "header-once",
        "From, To, Date, Subject, Message-ID, MIME-Version and Content-Type stand once, no header twice",
        "RFC 5322 3.6, RFC 2045 4; M-10",
        OURS,
    ),
    error("header-forbidden", "No Bcc, Return-Path, Received, priority or receipt", "RFC 5322 3.6.3; M-10", OURS),
    error(
        "header-empty",
        "No header is empty",
        "RFC 5322 3.6",
        "Fill what is empty in the configuration: a title, a name, an address.",
    ),
    error(
        "header-from",
        "From is one mailbox with a display name",
        "RFC 5322 3.6.2; M-11",
        'Write relay.from as `"Name <address>"`.',
    ),
    warning(
        "header-noreply",
        "From and Reply-To can be answered",
        "providers' rules; M-11",
        "Use an address that a person reads.",
    ),
    error("header-to", "To is one bare address", "CAN-SPAM practice, listmonk #1133; M-12", OURS),
    error("header-reply-to", "Reply-To is one address", "RFC 5322 3.6.2", "Correct relay.reply_to."),
    error("header-date", "Date is valid, with a numeric zone that is not -0000", "RFC 5322 3.3; M-13", OURS),
    error("header-message-id", "Message-ID is `<left@public.domain>`", "RFC 5322 3.6.4; M-10", "Correct relay.from."),
    warning("header-message-id-domain", "Message-ID is of From's domain", "RFC 5322 3.6.4; email.md 4", OURS),
    error("header-mime-version", "MIME-Version is 1.0", "RFC 2045 4", OURS),
    error("header-subject", "Subject, decoded, is the issue's", "RFC 2047; M-14, M-16", OURS),
    error(
        "header-encoded-word",
        "Encoded-words: UTF-8, at most 75 characters, decodable, no character split",
        "RFC 2047 2, 5; M-14",
        OURS,
    ),
    error(
        "header-encoded-place",
        "Encoded-words only in Subject, display names and List-Id's phrase",
        "RFC 2047 5; M-14",
        OURS,
    ),
    warning("header-encoded-ascii", "Plain ASCII is not encoded", "SUBJ_EXCESS_QP; email.md 2.5", OURS),
    warning(
        "subject-length",
        "The subject has 10 to 70 characters",
        "email.md 7",
        "Give the lead article a title of usual length.",
    ),
    warning(
        "subject-manner",
        "The subject is no false reply and does not shout",
        "SUBJ_ALL_CAPS, FAKE_REPLY; email.md 7",
        "Write the lead title without `Re:`, capitals throughout, `!!` or `$$`.",
    ),
    error(
        "list-unsubscribe",
        "List-Unsubscribe is `<https://…>, <mailto:…>`, with the address that the mail shows",
        "RFC 2369 2, RFC 8058 3.1; M-20",
        "Give web.base_url as https.",
    ),
    error(
        "list-unsubscribe-post",
        "List-Unsubscribe-Post is exactly `List-Unsubscribe=One-Click`",
        "RFC 8058 3.1; M-21",
        OURS,
    ),
    error(
        "list-unsubscribe-token",
        "The unsubscribe address ends in a long token and holds no mail address",
        "RFC 8058 3.1; email.md 6",
        OURS,
    ),
    error("list-id", "List-Id is `phrase <name.domain>`", "RFC 2919 2, 3; M-22", "Correct relay.from or the name."),
    error(
        "list-auto-submitted",
        "Auto-Submitted is auto-generated and Precedence is list, where they stand",
        "RFC 3834 5; M-23",
        OURS,
    ),
    error("list-feedback-id", "Feedback-ID is up to three fields and a sender id", "Gmail; M-24", OURS),
    error(
        "list-addresses",
        "List-Help, List-Archive and Archived-At are `<https://…>`, List-Post is NO",
        "RFC 2369 3, RFC 5064; M-25",
        "Correct feeds.base_url and web.base_url.",
    ),
    warning(
        "list-archive",
        "Archived-At and List-Archive say where the issue is on the web",
        "RFC 5064, RFC 2369; M-25",
        OURS,
    ),
    error("list-none", "A mail to one person has no list headers", "email.md 4", OURS),
    error("part-alternative", "The mail is multipart/alternative", "RFC 2046 5.1.4; M-3", OURS),
    error("part-order", "First text/plain, last text/html", "RFC 2046 5.1.4; M-3", OURS),
    error("part-attachment", "No attachment and no further part", "practice; M-7", "Link to it instead."),
    error(
        "part-boundary", "The boundary holds `=_`, has at most 70 characters, is closed", "RFC 2046 5.1.1; M-6", OURS
    ),
    error("part-charset", "Both parts are UTF-8", "RFC 2046 4.1.2; M-3", OURS),
    error("part-encoding", "Both parts are quoted-printable", "RFC 2045 6; M-4", OURS),
    error("part-quoted-printable", "Quoted-printable is valid, lines of at most 76", "RFC 2045 6.7; M-4", OURS),
    error("part-utf8", "Both parts decode", "RFC 2046 4.1.2; M-3", OURS),
    error("part-empty", "No part is empty", "MIME_HTML_ONLY; E15", "Look at the template of this part."),
    warning(
        "part-characters",
        "No U+FFFD, control character or override of direction",
        "Unicode TR 36; email.md E6",
        "Correct the article that holds it.",
    ),
)
