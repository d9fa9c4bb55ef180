"""Requests to a server the user named: retries with backoff, and errors that name the remedy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from ragkit.config import Generate
from ragkit.errors import EndpointError, UsageError

BUSY = frozenset({408, 409, 429, *range(500, 600)})
"""Status codes after which the same request may succeed."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
"""The wait before the first retry, which doubles each time, and the longest; who asks for more is not asked again."""
ADDRESS = "ingest.embedder, or --base-url where that names none"
"""Where the address of a server of embeddings stands."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def post_json(
    url: str, body: dict[str, Any], settings: Generate, *, sleep: Callable[[float], None] = time.sleep
) -> Any:
    """The JSON that ``url`` answers to ``body``.

    Raises:
        EndpointError: The server is down, refuses, or does not answer JSON.
        UsageError: The key cannot be sent, or the environment names a proxy or certificate that cannot be used.
    """
    headers = authorization(settings.api_key)
    with client(url, headers=headers, timeout=settings.timeout_s) as asking:
        return _asked(asking, url, body, settings.retries, sleep)


def client(url: str, *, headers: dict[str, str], timeout: float) -> httpx.Client:
    """A client for ``url``, through the proxy and with the certificates that the environment names.

    Raises:
        UsageError: The environment names what cannot be used.
    """
    # A proxy from the environment is for the world outside, not for a server on this machine.
    outside = _parsed(url).host not in HERE
    try:
        return httpx.Client(headers=headers, timeout=timeout, trust_env=outside)
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        raise UsageError(
            f"A proxy or certificate of the environment cannot be used: {str(error).rstrip('.')}.",
            "Correct or unset ALL_PROXY, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE or SSL_CERT_DIR.",
        ) from error


def _asked(asking: httpx.Client, url: str, body: dict[str, Any], retries: int, sleep: Callable[[float], None]) -> Any:
    for attempt in range(retries + 1):
        last = attempt == retries
        asked = 0.0
        try:
            response = asking.post(url, json=body)
        except httpx.UnsupportedProtocol as error:
            raise _no_url(url, error) from error
        except httpx.DecodingError as error:
            raise _rubbish(url) from error
        except httpx.TransportError as error:
            if last:
                raise _unreachable(url, error, asking.timeout) from error
        else:
            asked = retry_after(response)
            if last or asked > LONGEST_WAIT_S or response.status_code not in BUSY:
                return _content(url, response)
        sleep(pause(attempt, asked))
    raise AssertionError("the last attempt returns or raises")


def pause(attempt: int, asked: float = 0.0) -> float:
    """Seconds to wait after an attempt, the first of which is 0; ``asked`` is what the server asks for at least."""
    wait: float = FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
    return min(max(wait, asked), LONGEST_WAIT_S)


def retry_after(response: httpx.Response) -> float:
    """Seconds that the server asks to wait, none or less where it does not."""
    value = response.headers.get("retry-after", "")
    with suppress(ValueError):
        return float(value)
    with suppress(ValueError, TypeError):
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    return 0.0


def later(asked: float) -> str:
    """What to do where a server asks for a longer wait than is waited; empty where it does not."""
    return f"Ask again in {asked:,.0f} seconds, as it says." if asked > LONGEST_WAIT_S else ""


def below(base_url: str, path: str) -> str:
    """The address of ``path`` below a base URL, whose query, such as ``?api-version=1``, stays behind it.

    Raises:
        EndpointError: The base URL is none.
    """
    url = _parsed(base_url)
    place, mark, query = url.raw_path.partition(b"?")
    return str(url.copy_with(raw_path=place.rstrip(b"/") + b"/" + path.encode() + mark + query, fragment=None))


def refuse_offline(url: str, *, offline: bool) -> None:
    """Raises `UsageError` when the network must not be touched and the server is not on this machine."""
    if offline and _parsed(url).host not in HERE:
        raise UsageError(
            f"{url} is on the network, and ragkit is offline.",
            "Leave --offline, or the setting offline, out, or name a local one.",
        )


def refuse_password(url: str) -> None:
    """Raises `UsageError` when an address holds a user or a password: it is shown, and stores remember it."""
    if _parsed(url).userinfo:
        raise UsageError("The base URL holds a user or a password.", "Set RAGKIT_API_KEY in the environment instead.")


def authorization(api_key: str) -> dict[str, str]:
    """The header that carries the key, when there is one; the line end of a secret's file is no part of it.

    Raises:
        UsageError: No header can carry the key.
    """
    key = api_key.strip()
    if not (key.isascii() and key.isprintable()):
        raise UsageError(
            "The key holds characters that no server can be sent.",
            "Set RAGKIT_API_KEY to the key alone, without quotation marks.",
        )
    return {"Authorization": f"Bearer {key}"} if key else {}


def _unreachable(url: str, error: Exception, timeout: httpx.Timeout) -> EndpointError:
    """What to say when no answer came."""
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return EndpointError(f"{url} said nothing for {timeout.read:g} seconds.", "Raise generate.timeout_s.")
    return EndpointError(f"{url} cannot be reached.", f"Is the server running, and is its address right ({ADDRESS})?")


def _content(url: str, response: httpx.Response) -> Any:
    if response.status_code in {401, 403}:
        raise EndpointError(f"{url} refused the key ({response.status_code}).", "Set RAGKIT_API_KEY.")
    if response.is_error:
        hint = f"Are the model's name and the address right ({ADDRESS})?"
        if response.status_code in BUSY:
            hint = later(retry_after(response)) or "It is busy, or fails: see its log, or ask again later."
        raise EndpointError(f"{url} answered {response.status_code}.", hint)
    try:
        return response.json()
    except ValueError as error:
        raise _rubbish(url) from error


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise _no_url(url, error) from error


def _no_url(url: str, error: Exception) -> EndpointError:
    return EndpointError(f"{url} is not a URL: {error}.", "Write http://HOST:PORT/v1.")


def _rubbish(url: str) -> EndpointError:
    return EndpointError(f"{url} answered something that is not JSON.", "Is it an OpenAI-compatible server?")
