"""A small OpenID Connect provider on a free port of this machine: people sign in by clicking on their name.

It does what real ones do (discovery, code flow with a secret and PKCE, signed tokens, keys, sign-out); `forge` makes it
hand out tokens that are signed with a key nobody knows.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "citewise", "a secret of the client"


@dataclass(slots=True)
class Provider:
    """`people` are the claims of those who can sign in, by their subject."""

    issuer: str
    people: Mapping[str, Mapping[str, Any]]
    forge: bool = False
    age: float = 0.0  # seconds since the token was made
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def secrets_toml(self, home: str, cookie_secret: str) -> str:
        """The [auth] section for a server at `home`."""
        values = {
            "redirect_uri": f"{home}/oauth2callback",
            "cookie_secret": cookie_secret,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{self.issuer}/.well-known/openid-configuration",
        }
        return "[auth]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())

    def token(self, subject: str, nonce: str) -> str:
        now = time.time() - self.age
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 86_400 * 3,
        }
        key = RSAKey.generate_key(2048, {"kid": "1"}) if self.forge else self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, {**claims, **self.people[subject]}, key)


@contextmanager
def oidc_server(people: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = Provider(f"http://127.0.0.1:{server.server_address[1]}", people)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @property
    def provider(self) -> Provider:
        return self.server.provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        pages: dict[str, Callable[[dict[str, str]], None]] = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": lambda _: self._json(200, {"keys": [self.provider.key.as_dict(private=False)]}),
            "/authorize": self._choose,
            "/chosen": self._chosen,
            "/end": lambda asked: self._go(asked["post_logout_redirect_uri"]),
        }
        page = pages.get(parts.path)
        page(asked) if page else self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        sent = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        client = (sent.get("client_id"), sent.get("client_secret"))
        if (given := self.headers["Authorization"] or "").startswith("Basic "):
            name, _, secret = b64decode(given.removeprefix("Basic ")).decode().partition(":")
            client = (unquote(name), unquote(secret))
        asked = self.provider.codes.pop(sent.get("code", ""), None)
        if client != (CLIENT, SECRET) or asked is None or not _proves(sent.get("code_verifier", ""), asked):
            self._json(400, {"error": "invalid_grant"})
            return
        token = self.provider.token(asked["subject"], asked.get("nonce", ""))
        self._json(200, {"access_token": "nothing", "token_type": "Bearer", "expires_in": 3600, "id_token": token})

    def _configuration(self, _: dict[str, str]) -> None:
        at = self.provider.issuer
        self._json(
            200,
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
                "end_session_endpoint": f"{at}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            },
        )

    def _choose(self, asked: dict[str, str]) -> None:
        links = "".join(
            f'<p><a href="/chosen?{escape(urlencode({**asked, "subject": subject}))}">{escape(subject)}</a></p>'
            for subject in self.provider.people
        )
        self._send(
            200, "text/html; charset=utf-8", f'<html lang="en"><title>Who are you?</title>{links}</html>'.encode()
        )

    def _chosen(self, asked: dict[str, str]) -> None:
        code = secrets.token_hex(8)
        self.provider.codes[code] = asked
        self._go(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _go(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, code: int, data: dict[str, Any]) -> None:
        self._send(code, "application/json", json.dumps(data).encode())

    def _send(self, code: int, kind: str, content: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _proves(verifier: str, asked: Mapping[str, str]) -> bool:
    """Whether who exchanges the code is who asked for it."""
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return bool(verifier) and asked.get("code_challenge") == digest
