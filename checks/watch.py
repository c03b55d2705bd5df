"""What is seen of a site from outside its pages: probes, certificate and IPv6, posts of its new-media accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from checks.model import Account


@dataclass(frozen=True, slots=True)
class ProbeSeen:
    """One probe of one address.

    `at` is the instant its run began (all addresses of a run share it), `seconds` the time until the
    page was open or given up. `why` begins with a reason code of design.md §8 where it did not open; where
    it did, it notes what a visitor would be warned of ("" for nothing). `control` says whether the
    control host answered at that time, None: not asked.
    """

    at: datetime
    target: str
    opened: bool
    why: str
    seconds: float
    control: bool | None = None

    @property
    def code(self) -> str:
        return self.why.partition(" ")[0]


CertificateFault = Literal["", "expired", "not-yet", "mismatch", "self-signed", "chain"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate: until when it holds (inclusive), what is wrong with it, the protocol spoken."""

    until: datetime
    fault: CertificateFault = ""
    protocol: str = "TLSv1.3"


@dataclass(frozen=True, slots=True)
class Reach:
    """One look at how the home page can be reached. None: could not be told, the `…_why` says why.

    `https`: something answers HTTPS. `redirects`: the http address leads to https; None, with no
    reason, also where nothing listens there. `ipv6`: the name has an AAAA record. `ipv6_opens`: the home page opens over it.
    """

    at: datetime
    https: bool | None = None
    https_why: str = ""
    redirects: bool | None = None
    redirects_why: str = ""
    certificate: Certificate | None = None
    certificate_why: str = ""
    ipv6: bool | None = None
    ipv6_opens: bool | None = None
    ipv6_why: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What an account posted. `address` identifies it: its link, else a digest of day and title."""

    day: date
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """What is known of an account's posts.

    `newest` is the day of its last known post, None where none is known; `known` the last day up to which its
    posts were known (a feed read, a file imported, or that post itself): never before `newest`. `why`
    says why the last look told nothing ("" if it did, or if there was none).
    """

    account: Account
    newest: date | None = None
    known: date | None = None
    why: str = ""
