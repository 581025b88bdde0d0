"""A name server on 127.0.0.1, UDP and TCP on one port, for zones that are written as a dict.

    with DnsServer({("harbour.press", "TXT"): ["v=spf1 -all"]}) as server:
        … f"127.0.0.1:{server.port}" …
        assert server.questions == [("harbour.press", "TXT")]

A name without any record, and with none below it, is NXDOMAIN. `broken` names answer SERVFAIL; `is_silent`: nobody
answers.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.reversename
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]


def reverse_of(address: str) -> str:
    """The name under which a PTR stands."""
    return dns.reversename.from_address(address).to_text(omit_final_dot=True)


class DnsServer:
    def __init__(self, zone: Zone, *, broken: Sequence[str] = (), is_silent: bool = False) -> None:
        self.zone = {(name.lower(), kind): list(values) for (name, kind), values in zone.items()}
        self.broken, self.is_silent = set(broken), is_silent
        self.questions: list[tuple[str, str]] = []
        self.tcp_count = 0
        self._udp, self._tcp = both_sockets()
        self.port = self._udp.getsockname()[1]
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._serve_udp, self._serve_tcp)]

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
            knock.sendto(b"", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(5)
        self._udp.close()

    def _serve_udp(self) -> None:
        while True:
            data, peer = self._udp.recvfrom(4096)
            if not data:
                return
            if not self.is_silent:
                self._udp.sendto(self.answer(data, is_udp=True), peer)

    def _serve_tcp(self) -> None:
        while True:
            try:
                client, _ = self._tcp.accept()
            except OSError:
                return
            self.tcp_count += 1
            with client, suppress(OSError):
                size = int.from_bytes(client.recv(2), "big")
                reply = self.answer(client.recv(size), is_udp=False)
                client.sendall(len(reply).to_bytes(2, "big") + reply)

    def answer(self, data: bytes, *, is_udp: bool) -> bytes:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions.append((name, kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif values := self.zone.get((name, kind)):
            texts = [quoted(one) if kind == "TXT" else one for one in values]
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
        elif not any(known == name or known.endswith(f".{name}") for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        wire = reply.to_wire(max_size=65_535)
        if is_udp and len(wire) > (query.payload or 512):
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire


def quoted(text: str) -> str:
    """A TXT as a zone file has it: strings of at most 255 bytes."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


def both_sockets() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP on one free port."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", tcp.getsockname()[1]))
        except OSError:
            tcp.close()
            udp.close()
            continue
        return udp, tcp
