"""A real web server on this machine, with pages that a test writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What a path answers. With ``etag``, a request that names it gets 304."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Site:
    """A running server. ``asked`` are the paths that were asked for, ``sent`` those of which a body was sent."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def html(self, path: str, title: str, text: str, etag: str = "") -> None:
        """Puts a page at ``path``."""
        page = (
            f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
        )
        self.pages[path] = Page(page.encode(), etag=etag)


@contextmanager
def serving() -> Iterator[Site]:
    """A site without pages: every path is 404 until one is put there."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.agents.add(self.headers.get("User-Agent", ""))
            page = site.pages.get(self.path, Page(b"nothing here", status=404))
            if page.write:
                page.write(self)
                return
            same = bool(page.etag) and self.headers.get("If-None-Match") == page.etag
            self.send_response(304 if same else page.status)
            body = b"" if same else page.body
            for name, value in {"Content-Type": page.content_type, **page.headers}.items():
                self.send_header(name, value)
            if page.etag:
                self.send_header("ETag", page.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            if not same:
                site.sent.append(self.path)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
