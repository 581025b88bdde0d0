"""Real web servers over a feeds folder, each a child process on a loopback port, with all its files in one folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from publisher.feeds.servers import ServerKind, server_lines
from publisher.feeds.serving import ServedSite

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        {lines}
    }}
}}
"""
APACHE = """
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Mutex file:{folder}
DocumentRoot {folder}
TypesConfig /dev/null
{modules}
{user}
<VirtualHost 127.0.0.1:{port}>
{lines}
</VirtualHost>
"""
APACHE_MODULES = (
    *("mpm_event", "authz_core", "alias", "allowmethods", "deflate", "dir"),
    *("env", "filter", "headers", "mime", "rewrite", "setenvif"),
)
CADDY = """
{{
    admin off
    auto_https off
}}
:{port} {{
bind 127.0.0.1
{lines}
respond 404
}}
"""
PROGRAMS: Mapping[ServerKind, str] = {
    ServerKind.NGINX: "nginx",
    ServerKind.APACHE: "apache2",
    ServerKind.CADDY: "caddy",
}


def program_of(kind: ServerKind) -> str | None:
    return shutil.which(PROGRAMS[kind], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def a_web_server(kind: ServerKind, site: ServedSite, folder: Path) -> Iterator[int]:
    """The server with the lines that we print for it; its port."""
    folder.mkdir()
    port = free_port()
    command = COMMANDS[kind](program_of(kind) or "", site, folder, port)
    with (folder / "server.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)})
        try:
            wait_until_listening(port, child, folder)
            yield port
        finally:
            child.terminate()
            child.wait(timeout=20)


def nginx(program: str, site: ServedSite, folder: Path, port: int) -> list[str]:
    lines = "\n".join(server_lines(ServerKind.NGINX, site))
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + NGINX.format(folder=folder, port=port, lines=lines))
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def apache(program: str, site: ServedSite, folder: Path, port: int) -> list[str]:
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in APACHE_MODULES)
    lines = "\n".join(server_lines(ServerKind.APACHE, site))
    user = "User nobody\nGroup nogroup" if os.getuid() == 0 else ""
    (folder / "apache.conf").write_text(
        APACHE.format(folder=folder, port=port, lines=lines, modules=modules, user=user)
    )
    return [program, "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]


def caddy(program: str, site: ServedSite, folder: Path, port: int) -> list[str]:
    lines = "\n".join(server_lines(ServerKind.CADDY, site))
    (folder / "Caddyfile").write_text(CADDY.format(port=port, lines=lines))
    return [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


COMMANDS: Mapping[ServerKind, Callable[[str, ServedSite, Path, int], list[str]]] = {
    ServerKind.NGINX: nginx,
    ServerKind.APACHE: apache,
    ServerKind.CADDY: caddy,
}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until_listening(port: int, child: subprocess.Popen[bytes], folder: Path) -> None:
    while True:
        assert child.poll() is None, (folder / "server.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            os.sched_yield()
        else:
            return
