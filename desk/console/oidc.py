"""Signing in by the county's own identity service: OpenID Connect, code flow with PKCE.

Each way to the service is gone once: its state, nonce and verifier are kept here, bound to the browser by a
cookie, and are spent when somebody comes back with them. What the service says is believed only as an id_token that
its keys signed (never `none`, never a shared secret), for us, now, and for this one way.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

from checks.model import BadInput
from desk.console.settings import Oidc
from store.sessions import mark_of

INSTALL = '统一身份认证要先安装：pip install "lanmu[oidc]"'
#: How long a person may take at the service, and how many may be on their way.
LASTS = timedelta(minutes=10)
MOST_WAYS = 2000
#: Bytes of an answer, seconds until it comes, seconds that two clocks may differ.
MOST_BYTES, SECONDS, LEEWAY = 1 << 20, 10.0, 60
#: What may sign: only what has a public key.
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]  # fmt: skip
#: How long the service's description and keys are believed.
KEPT = timedelta(hours=1)
#: How soon they are asked for again where a key is not among them.
ANEW = timedelta(minutes=1)
NO_ANSWER = "统一身份认证服务没有正常应答，请稍后再试；仍不行请告诉管理员"
NOT_BELIEVED = "统一身份认证服务的应答没有通过核验，没有登录；请重新登录"
SPENT = "这次登录已失效，请重新登录"


class NotLetIn(BadInput):
    """Why nobody was let in, for the person."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the service and back. `browser` is the mark of the cookie's secret."""

    nonce: str
    verifier: str
    redirect: str
    next: str
    browser: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Service:
    """What the service says of itself, and since when that is known."""

    authorize: str
    token: str
    keys: Mapping[str, Any]
    seen: datetime


@dataclass(slots=True)
class Door:
    """The way to one service. `now` is UTC.

    Raises:
        BadInput: what it needs is not installed.
    """

    settings: Oidc
    now: Callable[[], datetime]
    _ways: "OrderedDict[str, Way]" = field(default_factory=OrderedDict)
    _service: Service | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        try:
            import authlib  # type: ignore[import-untyped]
            import httpx  # noqa: F401
        except ImportError:
            raise BadInput(INSTALL) from None
        del authlib

    def begin(self, redirect: str, next: str) -> tuple[str, str]:
        """Where the browser is sent, and the secret its cookie takes along. Raises NotLetIn."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        service = self._known()
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        now = self.now()
        way = Way(nonce, verifier, redirect, next, mark_of(browser), now + LASTS)
        with self._lock:
            self._ways[state] = way
            while len(self._ways) > MOST_WAYS:
                self._ways.popitem(last=False)
        asked = {
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": redirect,
            "scope": self.settings.scopes, "state": state, "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        join = "&" if urlsplit(service.authorize).query else "?"
        return f"{service.authorize}{join}{urlencode(asked)}", browser

    def end(self, state: str, code: str, browser: str) -> tuple[Mapping[str, Any], str]:
        """Who came back (the claims of the id_token), and where they were going.

        Raises:
            NotLetIn: not by a way that began in this browser, or what the service says is not to be believed.
        """
        with self._lock:
            way = self._ways.get(state)
            if way is None or not secrets.compare_digest(way.browser, mark_of(browser)):
                raise NotLetIn(SPENT)
            del self._ways[state]
        if way.ends <= self.now() or not code:
            raise NotLetIn(SPENT)
        return self._believed(self._token(way, code), way.nonce), way.next

    def _token(self, way: Way, code: str) -> str:
        """The id_token for a code."""
        said = self._asked(
            self._known().token,
            {
                "grant_type": "authorization_code", "code": code, "redirect_uri": way.redirect,
                "code_verifier": way.verifier,
            },
        )  # fmt: skip
        token = said.get("id_token")
        if not isinstance(token, str):
            raise NotLetIn(NO_ANSWER)
        return token

    def _believed(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an id_token that the service signed for us, now, and for this way."""
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            decoded = None
            for service in self._services():
                try:
                    keys = KeySet.import_key_set(dict(service.keys))  # type: ignore[arg-type]
                    decoded = jwt.decode(token, keys, algorithms=SIGNED_BY)
                    break
                except (JoseError, ValueError):
                    continue
            if decoded is None:
                raise NotLetIn(NOT_BELIEVED)
            own = self.settings.client_id
            options: Any = {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": own},
                "nonce": {"essential": True, "value": nonce},
                "sub": {"essential": True},
            }
            claims = CodeIDToken(decoded.claims, decoded.header, options, {"client_id": own, "nonce": nonce})  # fmt: skip
            claims.validate(now=int(self.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError):
            raise NotLetIn(NOT_BELIEVED) from None
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise NotLetIn(NOT_BELIEVED)
        return dict(claims)

    def _services(self) -> Iterator[Service]:
        """The service as it is known; then as it is now, where that was asked long enough ago: keys are changed."""
        known = self._known()
        yield known
        if self.now() - known.seen >= ANEW:
            yield self._known(anew=True)

    def _known(self, *, anew: bool = False) -> Service:
        with self._lock:
            service = self._service
        if service and not anew and self.now() - service.seen < KEPT:
            return service
        issuer = self.settings.issuer
        about = self._asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise NotLetIn(NO_ANSWER)
        places = [
            about.get(one) for one in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
        authorize, token, keys = (self._place(one) for one in places)
        service = Service(authorize, token, self._asked(keys), self.now())
        with self._lock:
            self._service = service
        return service

    def _place(self, said: Any) -> str:
        """An address of the service's, as safe as its own."""
        scheme = urlsplit(said).scheme if isinstance(said, str) else ""
        if scheme != "https" and scheme != urlsplit(self.settings.issuer).scheme:
            raise NotLetIn(NO_ANSWER)
        return str(said)

    def _asked(self, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object at `address`, by GET, or by POST of `form` with our name and secret. Raises NotLetIn."""
        import json

        import httpx

        own = (self.settings.client_id, self.settings.client_secret)
        try:
            with (
                httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST" if form else "GET", address, data=dict(form) if form else None,
                    auth=own if form else None, headers={"Accept": "application/json"},
                ) as answer,
            ):  # fmt: skip
                raw = b""
                for chunk in answer.iter_bytes():
                    raw += chunk
                    if len(raw) > MOST_BYTES:
                        raise NotLetIn(NO_ANSWER)
                said = json.loads(raw) if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
            raise NotLetIn(NO_ANSWER) from None
        if not isinstance(said, dict):
            raise NotLetIn(NO_ANSWER)
        return said
