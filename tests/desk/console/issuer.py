"""An identity service on loopback: a real HTTP server, RSA keys, one-time codes; each answer may be spoilt."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "lanmu", "geheim"


@dataclass
class Issuer:
    """`who` is whom it lets in next. `spoil` changes claims, `spoil_header` the header, `sign` how a token is made."""

    address: str = ""
    who: dict[str, Any] = field(default_factory=lambda: {"sub": "u-7"})
    now: Callable[[], int] = lambda: 0
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    spoil: Callable[[dict[str, Any]], None] = lambda claims: None
    sign: Callable[["Issuer", dict[str, Any]], str] | None = None
    about: dict[str, Any] = field(default_factory=dict)
    reuse: bool = False
    status: int = 200
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize?tenant=1",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
        } | self.about  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))

    def let_in(self, address: str) -> str:
        """What a browser does that is sent to `address`: the person signs in, and where it is sent back to."""
        asked = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], given: str) -> dict[str, Any] | None:
        asked = self.codes.get(form.get("code", "")) if self.reuse else self.codes.pop(form.get("code", ""), None)  # fmt: skip
        if asked is None or given != base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        claims = {
            "iss": self.address, "aud": CLIENT, "nonce": asked["nonce"], "iat": self.now(),
            "exp": self.now() + 300, **self.who,
        }  # fmt: skip
        self.spoil(claims)
        return {"token_type": "Bearer", "access_token": "a", "id_token": (self.sign or signed)(self, claims)}  # fmt: skip


def signed(issuer: Issuer, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, claims, issuer.key)


def by_another_key(issuer: Issuer, claims: dict[str, Any]) -> str:
    other = RSAKey.generate_key(2048, {"kid": issuer.key.kid})
    return jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, claims, other)


def unsigned(_issuer: Issuer, claims: dict[str, Any]) -> str:
    parts = [_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), ""]
    return ".".join(parts)


def by_a_shared_secret(issuer: Issuer, claims: dict[str, Any]) -> str:
    """The public key, used as if it were a secret; the classic confusion."""
    said = f"{_encoded({'alg': 'HS256', 'kid': issuer.key.kid})}.{_encoded(claims)}"
    digest = hmac.digest(issuer.key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def by_the_clients_secret(issuer: Issuer, claims: dict[str, Any]) -> str:
    key = OctKey.import_key(SECRET * 6)
    return jwt.encode({"alg": "HS256", "kid": issuer.key.kid}, claims, key, algorithms=["HS256"])


def changed_after(issuer: Issuer, claims: dict[str, Any]) -> str:
    head, _, signature = signed(issuer, claims).split(".")
    return f"{head}.{_encoded(claims | {'sub': 'somebody else'})}.{signature}"


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                self._say(issuer.describe())
            else:
                self._say(issuer.keys() if self.path == "/keys" else None)

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            self._say(issuer.token(form, self.headers.get("Authorization", "").removeprefix("Basic ")))  # fmt: skip

        def _say(self, value: dict[str, Any] | None) -> None:
            raw = json.dumps(value or {"error": "invalid"}).encode()
            self.send_response(issuer.status if value else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
