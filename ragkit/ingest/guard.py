"""Connections to public addresses only, whatever a name resolves to when the connection is made.

The name is resolved here, every address is judged, and the socket is opened to the very address that was judged: so
neither a redirect nor a name server that changes its answer leads into the local network (server-side request forgery,
DNS rebinding). The name itself still goes into the TLS handshake and the Host header.
"""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from ragkit.errors import SourceError

LONGEST_WAIT_S = 30.0
"""For one answer of the network."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedAddress(SourceError):
    """The address is not a public one."""


def is_public(address: Address) -> bool:
    """Whether an address is of the internet at large, also when it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in one that is mapped, 6to4, Teredo or NAT64."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class Network(httpcore.NetworkBackend):
    """Opens sockets to public addresses only, unless ``allow_private``.

    Nothing on them takes longer than until ``deadline`` (of `time.monotonic`), however slowly the other side trickles.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self.deadline = math.inf
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of ``host`` that answers. Raises `RefusedAddress` when one is not public.

        One that is not public spoils all: a name that has both kinds has no good reason to.
        """
        addresses = _resolved(host, port)
        for address in addresses:
            if not (self._allow_private or is_public(address)):
                named = host if host == str(address) else f"{host} is {address}, which"
                raise RefusedAddress(
                    f"{named} is not a public address.", "Allow it with --allow-private, or ingest.allow_private."
                )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, self.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Timed(stream, self)
        raise failure

    def left(self, timeout: float | None) -> float:
        """The seconds that may still be waited. Raises `httpcore.ReadTimeout` when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return min(left, LONGEST_WAIT_S if timeout is None else timeout)


class _Timed(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, network: Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._network.left(timeout)), self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    # the scope of a link-local address, after the %, is no part of the number
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


class GuardedTransport(httpx.BaseTransport):
    """For `httpx.Client`: HTTP/1.1 through a `Network`. It knows no proxies, which would choose the address."""

    def __init__(self, network: Network) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request. Raises `RefusedAddress`, or what httpx raises."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        sent = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        try:
            response = self._pool.handle_request(sent)
        except httpcore.TimeoutException as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise httpx.ConnectError(str(error)) from error
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Closes all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except httpcore.TimeoutException as error:
            raise httpx.ReadTimeout(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.ReadError(str(error)) from error

    def close(self) -> None:
        self._response.close()
