"""The rules of the HTML part (email.md 1.4, 3)."""

from __future__ import annotations

from publisher.mail_lint.rule import Rule, error, warning

TEMPLATE = "Correct the template; `templates/mail/` has the shipped one."
STYLE = "Correct the style in the template; Outlook draws with Word, Gmail drops much."

PAGE_RULES: tuple[Rule, ...] = (
    error("html-doctype", "The HTML begins with `<!DOCTYPE html>`", "HTML 13.1.1; E3", TEMPLATE),
    error("html-lang", "`<html>` names its language", "WCAG 3.1.1; E3", TEMPLATE),
    error("html-dir", "`<html>` says `dir`, right to left where its language is", "HTML 3.2.6.4; E3", TEMPLATE),
    error("html-title", "The page has a title", "WCAG 2.4.2; E3", TEMPLATE),
    error("html-charset", '`<meta charset="utf-8">` in the first 1,024 bytes', "HTML 4.2.5.4; E3", TEMPLATE),
    warning("html-viewport", "A viewport as wide as the device, zoom allowed", "WCAG 1.4.4, 1.4.10; E3", TEMPLATE),
    warning(
        "html-scheme", "color-scheme and supported-color-schemes are `light dark`", "CSS Color Adjust 2; E3", TEMPLATE
    ),
    error("html-nesting", "Elements are closed, in order, and stand where they may", "HTML 13.2; E9", TEMPLATE),
    error(
        "html-conditional",
        "Conditional comments are `<!--[if mso]>…<![endif]-->`, closed exactly so",
        "jsx-email #403, mjml #2835; email.md 3.1",
        TEMPLATE,
    ),
    error("html-outlook", "What Outlook sees, conditionals opened, is nested too", "Word engine; E9", TEMPLATE),
    warning(
        "html-ghost-table",
        "A table of fixed width for Outlook stands around what has a max-width",
        "mjml #680; email.md 3.1",
        TEMPLATE,
    ),
    error("html-table-role", "Layout tables have role=presentation", "WCAG 1.3.1; E4", TEMPLATE),
    error("html-heading", "One h1, and no level is left out", "WCAG 1.3.1, 2.4.6; E4", TEMPLATE),
    error(
        "html-active", "No script, form, frame, object, svg, video or link element", "caniemail, OWASP; E7", TEMPLATE
    ),
    error("html-handler", "No attribute `on…`", "caniemail, OWASP; E7", TEMPLATE),
    error("html-id", "Ids are unique, and a link within the page leads to one", "HTML 3.2.6", TEMPLATE),
    warning(
        "html-preheader", "First a hidden preheader of 35 to 140 characters, not the subject", "practice; E10", TEMPLATE
    ),
    error(
        "html-hidden",
        "Hidden words are hidden by `display:none;mso-hide:all` alone, and only the preheader is",
        "SpamAssassin hidden text; E10, email.md 2.5",
        TEMPLATE,
    ),
    error(
        "html-size",
        "The HTML has at most 100,000 bytes, so that the footer is not clipped",
        "email-bugs #41; E1, E14",
        "Make the template smaller, or send fewer items.",
    ),
    warning(
        "html-size-near",
        "The HTML has at most 90,000 bytes",
        "email-bugs #41; E1",
        "Make the template smaller, or send fewer items.",
    ),
    error("html-width", "Nothing is wider than 640 pixels", "WCAG 1.4.10; E13", TEMPLATE),
    warning("html-table-width", "Tables have a width attribute", "Outlook; email.md 3.1", TEMPLATE),
    error("image-alt", "Images have an alt attribute", "WCAG 1.1.1; E5", TEMPLATE),
    warning("image-alt-words", "An alt text is no file name", "WCAG 1.1.1; email.md 7", "Describe the image."),
    error("image-size", "Images have width and height attributes in pixels", "mjml #2840; E5", TEMPLATE),
    error("image-address", "Images have absolute web addresses", "practice; E5, M-7", TEMPLATE),
    warning("image-https", "Images come over https", "practice; E5", "Serve the image over https."),
    warning("image-format", "Images are JPEG, PNG or GIF", "caniemail; E5", "Give the image as JPEG or PNG."),
    warning("image-pixel", "No tracking pixel", "privacy; email.md 7", "Remove the image."),
    warning(
        "image-share",
        "There are words enough for the images: a character for 250 square pixels",
        "HTML_IMAGE_RATIO, HTML_IMAGE_ONLY",
        "Show the image smaller, or a longer passage.",
    ),
    warning("image-in-text", "Addresses of images are in the text part too", "URI_COUNT_ODD; email.md 2.5", TEMPLATE),
    error(
        "link-absolute",
        "Links are absolute https addresses, mailto or tel",
        "filters; E6",
        "Links begin with https://.",
    ),
    warning("link-https", "Links are https", "filters; E6", "Give the https address, if there is one."),
    warning(
        "link-host",
        "A link's host is a plain name: no number, port, user",
        "NUMERIC_HTTP_ADDR; E6",
        "Link to a public name.",
    ),
    error("link-empty", "A link has words, or an image with alt", "WCAG 2.4.4; E12", TEMPLATE),
    warning(
        "link-vague", "A link's words say where it goes", "WCAG 2.4.4, 2.4.9; E12", "Let the headline be the link."
    ),
    warning(
        "link-same-text",
        "The same words do not lead to two places",
        "WCAG 2.4.4; E12",
        "Give the two different titles.",
    ),
    warning(
        "link-shown",
        "An address shown as a link's words is where it leads",
        "URI spoof rules; E12",
        "Show words, or the address itself.",
    ),
    error("link-underlined", "Links are underlined, inline", "WCAG 1.4.1; E11", STYLE),
    error(
        "css-layout",
        "No flex, grid, position, float, background image or variable",
        "caniemail; E8, email.md 3.3",
        STYLE,
    ),
    warning("css-unit", "No rem, vw, vh, calc(), rgba() or opacity", "caniemail; E8, email.md 3.3", STYLE),
    warning(
        "css-support", "Mean client support of the inline CSS is at least 90 %", "caniemail; E8, email.md 3.3", STYLE
    ),
    error("css-external", "No @import, @font-face or url() in a style", "email.md 2.1; E7", STYLE),
    error("css-size", "`<style>` has at most 8,192 bytes together", "email-bugs #90; E2", STYLE),
    error("css-nested", "No at-rule in an at-rule, braces balanced", "caniemail #144; E2", STYLE),
    warning("css-dark", "A colour that is set is set for dark screens too", "email.md 3.2", STYLE),
    error(
        "contrast-light", "Words stand out at 4.5 to 1", "WCAG 1.4.3; E11", "Choose darker words or a lighter ground."
    ),
    warning(
        "contrast-dark",
        "On dark screens words stand out at 7 to 1",
        "WCAG 1.4.6; E11, email.md 9",
        "Choose lighter words or a darker ground in mail.dark.",
    ),
    error("font-size", "Words have at least 13 px", "iOS enlarges less; E11", STYLE),
    warning("font-size-small", "Words have at least 14 px", "E11", STYLE),
    error(
        "footer-unsubscribe",
        "The unsubscribe link is in both parts",
        "CAN-SPAM, Gmail; E14",
        "Put {{ issue.unsubscribe_url }} into the template.",
    ),
    error(
        "footer-address",
        "The postal address is in both parts",
        "CAN-SPAM 15 USC 7704(a)(5); E14",
        "Put {{ issue.postal_address }} into the template.",
    ),
)
