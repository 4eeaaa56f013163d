"""Addresses of endpoints and of this server. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from index.errors import SettingsError

OPENAI = "https://api.openai.com/v1"
EXAMPLE = "Write an address like http://127.0.0.1:8080/v1, or leave it empty for OpenAI's own."
PORTS = {"http": 80, "https": 443}


def checked_endpoint(address: str | None) -> str | None:
    """The address of an endpoint, None for OpenAI's own. Raises SettingsError."""
    plain = (address or "").strip()
    if not plain:
        return None
    try:
        parts = urlsplit(plain)
        whole = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise SettingsError("Endpoint: this is no address of a server.", EXAMPLE) from None
    if "@" in parts.netloc:
        raise SettingsError("Endpoint: the address must not hold a name or a password.", "Put the key into its field.")
    spaced = not plain.isascii() or not plain.isprintable() or " " in plain
    if not whole or spaced or parts.query or parts.fragment:
        raise SettingsError("Endpoint: this is no address of a server.", EXAMPLE)
    return plain


def origin_of(address: str | None) -> str:
    """Scheme, host and port of an endpoint: what a key belongs to."""
    parts = urlsplit(address or OPENAI)
    try:
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:  # from the environment, where no address is checked
        port = None
    return f"{parts.scheme}://{parts.hostname}:{port}"


def shown_address(address: str | None) -> str:
    """The address without a name, password or query that it may hold; "" for OpenAI's own."""
    if not address:
        return ""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_here(address: str | None) -> bool:
    """Whether the endpoint runs on this machine."""
    return is_loopback(urlsplit(address or OPENAI).hostname or "")


def is_readable_on_the_way(address: str | None) -> bool:
    """Whether what is sent there crosses a network unencrypted."""
    return urlsplit(address or OPENAI).scheme != "https" and not is_here(address)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
