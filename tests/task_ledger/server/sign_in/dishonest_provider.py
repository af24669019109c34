"""An OpenID Connect provider on this machine that can be told to lie, to fail and to change keys.

It speaks HTTP and signs with real keys, so what the API is tested with is what a provider could
send. What an honest, certified provider sends is tested with the page.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import Key, KeySet, RSAKey


@dataclass
class DishonestProvider:
    """A provider, and what it is told to do otherwise.

    Attributes:
        claims: added to the honest claims of every ID token; None removes a claim.
        metadata: replaces entries of the discovery document; None removes one.
        status: the status of every answer of the token endpoint.
        encoding: how every answer says it is compressed; none is.
        further_keys: published before the others.
        asked: the paths that were asked for.
        redeemed: the forms that the token endpoint got, and its Authorization headers.
    """

    port: int = 0
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    published: list[Key] = field(default_factory=list[Key])
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    userinfo: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    status: int = 200
    encoding: str | None = None
    further_keys: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    asked: list[str] = field(default_factory=list[str])
    redeemed: list[tuple[dict[str, str], str | None]] = field(
        default_factory=list[tuple[dict[str, str], str | None]]
    )
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self) -> None:
        """Sign with a new key, and publish no other."""
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.published = [self.key]

    def signed_in(self, address: str) -> str:
        """What the browser of a person who signs in at `address` is sent back with: a query."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = sha256(address.encode()).hexdigest()
        self.codes[code] = asked
        return urlencode({"code": code, "state": asked["state"], "iss": self.issuer})

    def discovery(self) -> dict[str, Any]:
        honest: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
        }
        return _changed(honest, self.metadata)

    def tokens(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(form["code"])
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        assert challenge.decode().rstrip("=") == asked["code_challenge"], "PKCE"
        assert form["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        honest: dict[str, Any] = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "248289761001",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": "anna@example.org",
            "email_verified": True,
            "groups": ["builders", "ops"],
        }
        header = {"alg": self.algorithm, **({"kid": self.key.kid} if self.key.kid else {})}
        token = jwt.encode(
            header, _changed(honest, self.claims), self.key, algorithms=[self.algorithm]
        )
        return {"access_token": "at", "token_type": "Bearer", "id_token": token}


def _changed(honest: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (honest | changes).items() if value is not None}


@contextmanager
def providing() -> Iterator[DishonestProvider]:
    """A provider that listens for the duration of the block."""
    provider = DishonestProvider()
    provider.published = [provider.key]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            match self.path:
                case "/.well-known/openid-configuration":
                    self.answer(200, provider.discovery())
                case "/jwks":
                    keys = KeySet(provider.published).as_dict(private=False)["keys"]
                    self.answer(200, {"keys": [*provider.further_keys, *keys]})
                case "/userinfo" if self.headers["Authorization"] == "Bearer at":
                    self.answer(200, provider.userinfo)
                case _:
                    self.answer(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            provider.redeemed.append((form, self.headers["Authorization"]))
            if provider.status != 200:
                self.answer(provider.status, {"error": "invalid_grant"})
            elif form.get("code") not in provider.codes:
                self.answer(400, {"error": "invalid_grant"})
            else:
                self.answer(200, provider.tokens(form))

        def answer(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            if provider.encoding is not None:
                self.send_header("Content-Encoding", provider.encoding)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
