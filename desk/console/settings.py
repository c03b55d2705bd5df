"""How the desk's doors are set: what a server is told beside its database and its site files."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Oidc:
    """The county's own identity service (OpenID Connect), and whom of its people it brings in.

    A person is found by who they are there (`issuer|sub`), or, the first time, by `claim`: what the service says
    there must be their name here ("" never). With `create` one whom nobody knows gets an account with `role`, for
    the unit that `unit_claim` names ("" all units).
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "统一身份认证"
    claim: str = ""
    create: bool = False
    role: str = "editor"
    unit_claim: str = ""
    scopes: str = "openid profile"


@dataclass(frozen=True, slots=True)
class Settings:
    """`https`: browsers come by https (a proxy's), so cookies go no other way; `plain_http`: they do not, and may.

    `names` are the names the desk is called by in a browser's address (addresses of numbers always are). What a
    proxy says of its clients is believed of `proxies` alone. A session ends after `session_hours` and after
    `idle_minutes` without use. A password may be tried `tries` times in `tries_minutes`, by one name from one
    address. Bodies are at most `most_bytes` (`upload_bytes` where files are handed in), and come within
    `body_seconds`, no pause longer than `pause_seconds`. Who may read `/metrics` and use the editors' server without
    a token is told by where they ask from: `metrics_open`, `editors_open`.
    Circulars' evidence packs are kept in the folder `circulars` ("": beside the SQLite database).
    """

    https: bool = False
    plain_http: bool = False
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    session_hours: float = 12.0
    idle_minutes: int = 120
    tries: int = 5
    tries_minutes: int = 15
    most_bytes: int = 4 * 1024 * 1024
    upload_bytes: int = 64 * 1024 * 1024
    body_seconds: float = 300.0
    pause_seconds: float = 20.0
    metrics_open: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
    editors_open: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
    oidc: Oidc | None = None
    circulars: str = ""


def is_in(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether a client's address lies in one of `networks`; what is no address lies in none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in one for one in networks)
