"""Lines for nginx, Apache and Caddy that serve the feeds folder as `publisher web` does (feeds.md 3; design.md 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from publisher.feeds.serving import FEED_TYPES, SAFE_HEADERS, TYPES, Move, ServedSite, is_feed, link_header

PLAIN_PATH = re.compile(r"[\w.~/@+,=!-]*")
NAMES = "|".join(TYPES)
COMPRESSED = " ".join(dict.fromkeys(TYPES.values()))
GZIP_LEVEL = 6
SHORTEST_GZIP = 256
BELOW = "[!-~]*"
"""What may follow a folder that moved: nothing that could end a header."""
HIDDEN = "(.*/)?[._]"


class ServerKind(StrEnum):
    NGINX = "nginx"
    APACHE = "apache"
    CADDY = "caddy"


def server_lines(kind: ServerKind, site: ServedSite) -> list[str]:
    """What to put into the configuration of the magazine's host. Print it again where `feeds` in the settings changes.

    A file that is there is always served, also where an older table calls it moved or gone.
    """
    writers: Mapping[ServerKind, Callable[[ServedSite], list[str]]] = {
        ServerKind.NGINX: nginx_lines,
        ServerKind.APACHE: apache_lines,
        ServerKind.CADDY: caddy_lines,
    }
    return writers[kind](site)


def base_path(site: ServedSite) -> str:
    return unquote(urlsplit(site.base_url).path)


def cache_control(site: ServedSite) -> str:
    return f"public, max-age={site.max_age_s}"


def ordered_moves(site: ServedSite) -> list[Move]:
    """Single paths first, then the longest folder: the first that fits is the nearest. Odd names are left out."""
    plain = [move for move in site.moves.values() if PLAIN_PATH.fullmatch(move.old)]
    return sorted(plain, key=lambda move: (move.old.endswith("/"), -len(move.old), move.old))


def takes_rest(move: Move) -> bool:
    """Whether what stands below the old folder stands below the new one too."""
    return move.old.endswith("/") and move.new.endswith("/")


def indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def nginx_lines(site: ServedSite) -> list[str]:
    base, output = base_path(site), f"{site.output}/"
    return [
        "# nginx 1.18 or later, inside the server block",
        f"location ^~ {quoted(base)} {{",
        *indented(
            [
                f"alias {quoted(output)};",
                "index index.html;",
                f"disable_symlinks on from={quoted(output)};",
                "etag on;",
                "if_modified_since before;",
                "charset utf-8;",
                f"charset_types {COMPRESSED.replace(' text/html', '')};",
                "gzip on;",
                f"gzip_comp_level {GZIP_LEVEL};",
                f"gzip_min_length {SHORTEST_GZIP};",
                "gzip_proxied any;",
                f"gzip_types {COMPRESSED.replace(' text/html', '')};",
                "gzip_vary off;",
                *nginx_headers(site),
                "error_page 403 404 = @publisher_feeds_missing;",
                "error_page 405 = @publisher_feeds_method;",
                "types { }",
                "location ~ /[._] { return 404; }",
                *(line for pattern, kind in TYPES.items() for line in nginx_type(site, pattern, kind)),
                "location ~ [^/]$ { return 404; }",
            ]
        ),
        "}",
        "location @publisher_feeds_missing {",
        *indented([*nginx_headers(site), *(nginx_move(move, site) for move in ordered_moves(site)), "return 404;"]),
        "}",
        "location @publisher_feeds_method {",
        *indented(['add_header Allow "GET, HEAD" always;', "return 405;"]),
        "}",
    ]


def nginx_headers(site: ServedSite) -> list[str]:
    # nginx's own `gzip_vary` forgets the 304.
    return [
        f'add_header Cache-Control "{cache_control(site)}";',
        "add_header Vary Accept-Encoding;",
        *(f'add_header {name} "{value}" always;' for name, value in SAFE_HEADERS.items()),
    ]


def nginx_type(site: ServedSite, pattern: str, kind: str) -> list[str]:
    """The files of one type. A location with a header of its own inherits none: then all are written again."""
    place = f"^{re.escape(base_path(site))}(?<publisher_feed>(.*/)?{pattern})$"
    inside = [f"default_type {kind};"]
    if site.hub and is_feed(kind):
        link = link_header(site.hub, site.base_url).replace("$", "%24")
        link = link.replace('>; rel="self"', '$publisher_feed>; rel="self"')
        inside += [*nginx_headers(site), f"add_header Link {quoted(link)};"]
    return [f"location ~ {quoted(place)} {{", *indented(inside), "}"]


def nginx_move(move: Move, site: ServedSite) -> str:
    old = re.escape(base_path(site) + move.old)
    end = f"(?<publisher_below>{BELOW})$" if move.old.endswith("/") else "$"
    if move.is_gone:
        return f"if ($uri ~ {quoted(f'^{old}{end}')}) {{ return 410; }}"
    new = move.address(move.old, site.base_url).replace("$", "%24")
    rest = "$publisher_below" if takes_rest(move) else ""
    return f"if ($uri ~ {quoted(f'^{old}{end}')}) {{ return 301 {quoted(new + rest)}; }}"


def apache_lines(site: ServedSite) -> list[str]:
    base, output = base_path(site), site.output
    known = f"^{re.escape(base)}(?!((.*/)?({NAMES}))?$|.*/$)"
    return [
        "# Apache 2.4, inside the virtual host; modules alias allowmethods deflate dir filter headers rewrite setenvif",
        f"Alias {quoted(base)} {quoted(output + '/')}",
        "TraceEnable Off",
        "RewriteEngine On",
        f"RewriteRule {quoted(f'^{re.escape(base)}{HIDDEN}')} - [R=404,L]",
        *(line for move in ordered_moves(site) for line in apache_move(move, site)),
        f"RewriteRule {quoted(known)} - [R=404,L]",
        f"<Directory {quoted(output)}>",
        *indented(
            [
                "Require all granted",
                "AllowOverride None",
                "Options None",
                "AllowMethods GET",
                "DirectoryIndex index.html",
                "DirectorySlash Off",
                "FileETag MTime Size",
                "EnableSendfile Off",
                "SetOutputFilter DEFLATE",
                # mod_deflate sends gzip to whoever forbids it, and does not know its own strong ETag again.
                r'SetEnvIfNoCase Accept-Encoding "gzip\s*;\s*q=0(\.0*)?\s*(,|$)" no-gzip',
                r'RequestHeader edit* If-None-Match "-gzip\"" "\""',
                r'Header edit ETag "^\"(.*?)(-gzip)?\"$" "W/\"$1\""',
                'Header always set Allow "GET, HEAD" "expr=%{REQUEST_STATUS} == 405"',
                f'Header set Cache-Control "{cache_control(site)}"',
                "Header set Vary Accept-Encoding",
                *(f'Header always set {name} "{value}"' for name, value in SAFE_HEADERS.items()),
                *(line for pattern, kind in TYPES.items() for line in apache_type(pattern, kind)),
                *apache_links(site),
            ]
        ),
        "</Directory>",
    ]


def apache_type(pattern: str, kind: str) -> list[str]:
    inside = [f'ForceType "{kind}; charset=utf-8"']
    return [f'<FilesMatch "^{pattern}$">', *indented(inside), "</FilesMatch>"]


def apache_links(site: ServedSite) -> list[str]:
    if not site.hub:
        return []
    names = "|".join(FEED_TYPES)
    base = re.escape(base_path(site))
    link = link_header(site.hub, site.base_url).replace("%", "%%")
    link = link.replace('>; rel="self"', '%{PUBLISHER_FEED}e>; rel="self"')
    return [
        f'SetEnvIf Request_URI "^{base}((.*/)?({names}))$" PUBLISHER_FEED=$1',
        f"Header set Link {quoted(link)} env=PUBLISHER_FEED",
    ]


def apache_move(move: Move, site: ServedSite) -> list[str]:
    below = f"({BELOW})" if move.old.endswith("/") else "()"
    rule = quoted(f"^{re.escape(base_path(site))}({re.escape(move.old)}{below})$")
    new = move.address(move.old, site.base_url).replace("%", r"\%").replace("$", r"\$")
    rest = "$2" if takes_rest(move) else ""
    action = "- [G,L]" if move.is_gone else f"{quoted(new + rest)} [R=301,NE,L]"
    return [
        f"RewriteCond {quoted(f'{site.output}/$1')} !-f",
        f"RewriteCond {quoted(f'{site.output}/$1index.html')} !-f",
        f"RewriteRule {rule} {action}",
    ]


def caddy_lines(site: ServedSite) -> list[str]:
    return [
        "# Caddy 2.6 or later, inside the site block. Caddy follows symbolic links: keep none in the folder",
        f"handle_path {quoted(f'{base_path(site)}*')} {{",
        *indented([f"root * {quoted(site.output)}", "route {", *indented(caddy_route(site)), "}"]),
        "}",
    ]


def caddy_route(site: ServedSite) -> list[str]:
    """In the order in which it is tried."""
    return [
        *(f'header {name} "{value}"' for name, value in SAFE_HEADERS.items()),
        "@publisher_method not method GET HEAD",
        'header @publisher_method Allow "GET, HEAD"',
        "respond @publisher_method 405",
        "@publisher_hidden path_regexp /[._]",
        "respond @publisher_hidden 404",
        *(line for number, move in enumerate(ordered_moves(site)) for line in caddy_move(number, move, site)),
        f"@publisher_unknown not path_regexp {quoted(f'/({NAMES})?$')}",
        "respond @publisher_unknown 404",
        "@publisher_missing not file {path} {path}index.html",
        "respond @publisher_missing 404",
        f'header Cache-Control "{cache_control(site)}"',
        # Caddy has one ETag for all encodings: a weak one may be that.
        "header {",
        *indented([r'Etag "^\"" "W/\""', "Vary Accept-Encoding", "defer"]),
        "}",
        *(line for number, kind in enumerate(TYPES.items()) for line in caddy_type(number, kind, site)),
        "encode {",
        *indented([f"gzip {GZIP_LEVEL}", f"minimum_length {SHORTEST_GZIP}", "match {"]),
        *indented(indented(f"header Content-Type {kind}*" for kind in COMPRESSED.split())),
        "    }",
        "}",
        "file_server",
    ]


def caddy_type(number: int, type_: tuple[str, str], site: ServedSite) -> list[str]:
    pattern, kind = type_
    name = f"@publisher_type_{number}"
    lines = [
        f"{name} path_regexp {quoted(f'/{pattern}$' if kind != 'text/html' else f'/({pattern})?$')}",
        f'header {name} Content-Type "{kind}; charset=utf-8"',
    ]
    if site.hub and is_feed(kind):
        link = link_header(site.hub, site.base_url).replace('/>; rel="self"', '{path}>; rel="self"')
        lines.append(f"header {name} Link {quoted(link)}")
    return lines


def caddy_move(number: int, move: Move, site: ServedSite) -> list[str]:
    name = f"publisher_move_{number}"
    end = f"({BELOW})$" if move.old.endswith("/") else "$"
    rest = f"{{re.{name}.1}}" if takes_rest(move) else ""
    action = f"redir @{name} {quoted(move.address(move.old, site.base_url) + rest)} 301"
    return [
        f"@{name} {{",
        *indented(
            ["not file {path} {path}index.html", f"path_regexp {name} {quoted(f'^/{re.escape(move.old)}{end}')}"]
        ),
        "}",
        f"respond @{name} 410" if move.is_gone else action,
    ]


def quoted(text: str) -> str:
    """A string as the three servers read it."""
    return '"' + text.replace('"', '\\"') + '"'
