"""Uvicorn around the application: started in the foreground, or in a thread beside `run`."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from publisher.app.runtime import Runtime
from publisher.errors import ConfigError
from publisher.web.application import make_application
from publisher.web.punctual import PunctualProtocol

GRACE_S = 5
KEEP_ALIVE_S = 2
DESK_S = 2
OPEN_FILES = 16_384
SPARE_FILES = 256
"""For the database, the feeds and the threads."""


def make_server(runtime: Runtime) -> uvicorn.Server:
    """A server on `web.listen`, without an access log: it would hold tokens."""
    host, _, port = runtime.settings.web.listen.rpartition(":")
    config = uvicorn.Config(
        make_application(runtime),
        http=PunctualProtocol,
        host=host.strip("[]"),
        port=int(port),
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=bool(runtime.settings.web.trusted_proxies),
        forwarded_allow_ips=list(runtime.settings.web.trusted_proxies),
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        lifespan="off",
        limit_concurrency=open_files() - SPARE_FILES,
        backlog=4096,
    )
    return uvicorn.Server(config)


def open_files() -> int:
    """How many files this process may have open, asked for where the system's usual 1,024 stand.

    1,000 polls a second from readers that keep their connections for a while are several thousand connections.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return OPEN_FILES
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(min(wanted, OPEN_FILES), 2 * SPARE_FILES)


def serve_until_stopped(runtime: Runtime, *, started: Callable[[str], None]) -> None:
    """Serve in the background until `runtime.stop()`; `started` is told the address."""
    with serving(runtime) as address:
        started(address)
        while not runtime.stop():
            runtime.wait(0.1)


@contextmanager
def serving(runtime: Runtime) -> Iterator[str]:
    """Serve from a thread as long as this is open; the address it listens on. ConfigError where it is taken."""
    server = make_server(runtime)
    thread = threading.Thread(target=run_quietly, args=(server,), name="web", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        runtime.wait(0.02)
    if not server.started:
        raise ConfigError(
            "This address cannot be listened on", f"web.listen = {runtime.settings.web.listen}", "Change it."
        )
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=GRACE_S + 2)
        # Mails of sign-ups that were answered; what a slow relay keeps is asked for again by the person.
        server.config.app.state.sign_up.desk.finish(DESK_S)  # type: ignore[union-attr]


def run_quietly(server: uvicorn.Server) -> None:
    """Run the server; where it cannot start it says so by not having started."""
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    try:
        server.run()
    except SystemExit:
        return
