"""A Chroma server in place of the embedded Chroma: where it is, how long it is waited for, what its silence means."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from index.errors import VectorStoreError

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

# Seconds that a call is tried again for when the server is away, and that an answer may take. Each is tried twice.
BUILD_PATIENCE = 15.0
READ_PATIENCE = 3.0
CONNECT_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
# What is wrong with the server for now, not with what it was asked.
PASSING = (408, 425, 429)
REFUSED = (401, 403)
CHECK_URL = "Check CITEWISE_CHROMA_URL."


@dataclass(frozen=True, slots=True)
class Server:
    """`url` can be shown: who asks is in `headers`."""

    url: str
    headers: dict[str, str] = field(repr=False)
    tenant: str
    database: str
    patience: float

    def patiently(self, call: Callable[[], T]) -> T:
        """The result of a call that may be repeated. Raises VectorStoreError when the server is away or refuses."""
        import httpx
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay
        from tenacity.wait import wait_exponential, wait_random

        retrying = Retrying(
            retry=retry_if_exception(_passes),
            stop=stop_after_delay(self.patience) & stop_after_attempt(2),
            wait=wait_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE) + wait_random(0, FIRST_PAUSE),
            reraise=True,
        )
        try:
            return retrying(call)
        except httpx.HTTPStatusError as error:
            raise self._explained(error.response) from None
        except httpx.TimeoutException:
            raise VectorStoreError(f"The Chroma server at {self.url} does not answer in time.", self._fix) from None
        except httpx.TransportError:
            raise VectorStoreError(f"The Chroma server at {self.url} cannot be reached.", self._fix) from None

    def watch(self, session: httpx.Client) -> None:
        """Bounds the waiting of the client, and has every answer looked at."""
        import httpx

        session.timeout = httpx.Timeout(self.patience, connect=CONNECT_SECONDS)
        session.event_hooks = {"response": [self._admit]}

    def lacks_database(self) -> VectorStoreError:
        return VectorStoreError(
            f"The Chroma server at {self.url} has no database {self.database} of the tenant {self.tenant}.", CHECK_URL
        )

    def _admit(self, response: httpx.Response) -> None:
        """Lets answers of Chroma through; of errors only that something is not there, which means more than failure."""
        response.read()
        if response.status_code >= 400 and response.status_code != 404:
            response.raise_for_status()
        if "json" not in response.headers.get("content-type", "") or (response.is_error and not _message(response)):
            raise VectorStoreError(f"What answers at {self.url} is not a Chroma server.", CHECK_URL)

    def _explained(self, response: httpx.Response) -> VectorStoreError:
        if response.status_code in REFUSED:
            why = f"The Chroma server at {self.url} refuses the user or token ({response.status_code})."
            return VectorStoreError(why, CHECK_URL)
        why = f"The Chroma server at {self.url} answers with error {response.status_code}: {_message(response) or '?'}"
        return VectorStoreError(why, self._fix if _is_passing(response) else CHECK_URL)

    @property
    def _fix(self) -> str:
        return "Start it, or check CITEWISE_CHROMA_URL; then try again. Nothing is lost."


def read_url(url: str, patience: float) -> Server:
    """The server of a checked `http[s]://[USER:PASSWORD@|TOKEN@]HOST[:PORT][/PATH][?tenant=T&database=D]`."""
    parts = urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    asked = parse_qs(parts.query)
    return Server(
        url=f"{parts.scheme}://{place}{parts.path.rstrip('/')}",
        headers=_login(login),
        tenant=asked.get("tenant", ["default_tenant"])[0],
        database=asked.get("database", ["default_database"])[0],
        patience=patience,
    )


def _login(login: str) -> dict[str, str]:
    """A user and a password for what stands before the server, or a token under the two names that Chroma reads."""
    if not login:
        return {}
    user, colon, password = (unquote(part) for part in login.partition(":"))
    if colon:
        return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
    return {"Authorization": f"Bearer {user}", "X-Chroma-Token": user}


def _passes(error: BaseException) -> bool:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return _is_passing(error.response)
    return isinstance(error, httpx.TransportError)


def _is_passing(response: httpx.Response) -> bool:
    return response.status_code >= 500 or response.status_code in PASSING


def _message(response: httpx.Response) -> str:
    """What Chroma says about an error, in one line; empty when it does not speak like Chroma."""
    try:
        told = response.json()
        return " ".join(str(told["message"] if told["error"] else "").split())[:200]
    except (ValueError, KeyError, TypeError):
        return ""
