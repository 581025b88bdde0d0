"""Links and images (email.md E5, E6, E12, M-7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.tree import Element, Page, read_page, text_of

WEB = re.compile(r"https?://[^\s/?#<>\"\\]+[^\s<>\"\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]*", re.IGNORECASE)
OTHER = re.compile(r"(?:mailto:[^\s@<>]+@[^\s<>]+|tel:[+0-9.()-]+)", re.IGNORECASE)
VAGUE = (
    *("here", "click here", "click", "link", "this link", "more", "read more", "learn more", "continue", "read on"),
    *("continue reading", "details", "read", "hier", "hier klicken", "mehr", "mehr lesen", "weiter", "weiterlesen"),
    *("mehr erfahren", "tästä", "täältä", "klikkaa tästä", "lisää", "lue lisää", "lue", "ici", "cliquez ici"),
    *("lire la suite", "en savoir plus", "aquí", "leer más", "qui", "leggi", "här", "läs mer", "her", "les mer"),
)
SHOWN_ADDRESS = re.compile(r"(?:https?://|www\.)([^\s/?#]+)\S*", re.IGNORECASE)
NUMBER_HOST = re.compile(r"[\d.]+|\[.*\]|0x[0-9a-f]+", re.IGNORECASE)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg)|(?:img|dsc|image)[_-]?\d+", re.IGNORECASE)
AREA_OF_CHARACTER = 250
FORMATS = ("jpg", "jpeg", "png", "gif")
PIXELS = re.compile(r"\d{1,4}", re.ASCII)


def check_links(page: Page, _: Expected) -> Iterator[Finding]:
    """Where each link leads, and what its words say."""
    places: dict[str, str] = {}
    for link in page.all("a"):
        target = link.get("href")
        if not target or target.startswith("#"):
            continue
        yield from check_target(link, target)
        yield from check_words(link, target)
        words = text_of(link).lower()
        if words and places.setdefault(words, target) != target:
            yield found("link-same-text", f"{shown(text_of(link))} leads to two places", link.where)


def check_target(link: Element, target: str) -> Iterator[Finding]:
    if not WEB.fullmatch(target):
        if not OTHER.fullmatch(target):
            yield found("link-absolute", f"The link {shown(target)} is no absolute web address", link.where)
        return
    if target.lower().startswith("http:"):
        yield found("link-https", f"{shown(target)} is not https", link.where)
    if is_odd_place(target):
        yield found("link-host", f"The host of {shown(target)} is no plain name", link.where)


def is_odd_place(address: str) -> bool:
    place = re.split(r"[/?#]", address.partition("//")[2])[0]
    host, _, port = place.partition(":")
    return "@" in place or bool(port) or "." not in host or NUMBER_HOST.fullmatch(host) is not None


def check_words(link: Element, target: str) -> Iterator[Finding]:
    words = text_of(link)
    if not words:
        yield found("link-empty", f"The link to {shown(target)} has no words", link.where)
    if words.lower().strip(" .…»›→>!") in VAGUE:
        yield found("link-vague", f"{shown(words)} does not say where it goes", link.where)
    address = SHOWN_ADDRESS.fullmatch(words)
    if address and bare_host(address[1]) != bare_host(host_of(target)):
        yield found("link-shown", f"{shown(words)} leads to {shown(target)}", link.where)


def bare_host(host: str) -> str:
    return host.lower().rpartition("@")[2].partition(":")[0].removeprefix("www.")


def host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def check_images(page: Page, _: Expected) -> Iterator[Finding]:
    """What each image is, how large, and what stands for it."""
    for image in page.all("img"):
        yield from check_alt(image)
        yield from check_source(image)
        sizes = image.get("width"), image.get("height")
        if not all(map(is_size, sizes)):
            yield found("image-size", f"width and height are {shown(' and '.join(sizes))}", image.where)
        elif max(map(int, sizes)) <= 1:
            yield found("image-pixel", f"{shown(image.get('src'))} is a pixel", image.where)


def is_size(value: str) -> bool:
    return PIXELS.fullmatch(value) is not None


def check_share(page: Page, _: Expected) -> Iterator[Finding]:
    """Filters take a mail of pictures with few words for one that hides its words from them."""
    sizes = [(one.get("width"), one.get("height")) for one in page.all("img")]
    area = sum(int(width) * int(height) for width, height in sizes if is_size(width) and is_size(height))
    length = sum(len(one.own_text) for one in page.visible)
    if area > AREA_OF_CHARACTER * length:
        yield found("image-share", f"{length:,} characters beside {area:,} square pixels of images", "HTML")


def check_alt(image: Element) -> Iterator[Finding]:
    if "alt" not in image.attributes:
        yield found("image-alt", f"{shown(image.get('src'))} has no alt", image.where)
    elif FILE_NAME.fullmatch(image.get("alt")):
        yield found("image-alt-words", f"The alt text {shown(image.get('alt'))} is a file name", image.where)


def check_source(image: Element) -> Iterator[Finding]:
    source = image.get("src")
    if not WEB.fullmatch(source):
        yield found("image-address", f"The image {shown(source)} has no absolute web address", image.where)
        return
    if source.lower().startswith("http:"):
        yield found("image-https", f"{shown(source)} is not https", image.where)
    name = re.split(r"[?#]", source.partition("//")[2])[0].rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending.isalnum() and len(ending) <= 4 and ending.isascii() and ending not in FORMATS:
        yield found("image-format", f"{shown(source)} is {ending}", image.where)


def addresses_in(source: str) -> dict[str, str]:
    """The web addresses of a page's links and images, each with the place where it stands first."""
    page = read_page(source)
    return {address: one.where for address, one in (*image_addresses(page), *web_addresses(page))}


def web_addresses(page: Page) -> list[tuple[str, Element]]:
    """Each address of a web link, once, with the first element that has it."""
    first: dict[str, Element] = {}
    for link in page.all("a"):
        target = link.get("href")
        if WEB.fullmatch(target):
            first.setdefault(target, link)
    return list(first.items())


def image_addresses(page: Page) -> list[tuple[str, Element]]:
    first: dict[str, Element] = {}
    for image in page.all("img"):
        if WEB.fullmatch(image.get("src")):
            first.setdefault(image.get("src"), image)
    return list(first.items())
