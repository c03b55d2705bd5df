"""What editors send to the server they type against, byte by byte, and the desk that answers in tests."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from checks.checker import Checker
from checks.wordlist import shipped
from desk.languagetool.host import LanguageTool

DAY = date(2026, 11, 1)
FORM = "application/x-www-form-urlencoded"
#: What curl leaves unescaped in LibreOffice 7.5 and later.
UNRESERVED = "-._~"


@cache
def checker() -> Checker:
    return Checker(shipped())


def desk(**how: Any) -> LanguageTool:
    return LanguageTool(checker, lambda: DAY, **how)


@dataclass(frozen=True)
class Said:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json", self
        return json.loads(self.body)

    @property
    def text(self) -> str:
        assert self.headers["content-type"] == "text/plain; charset=utf-8", self
        return self.body.decode()

    @property
    def hits(self) -> list[tuple[str, int, int, list[str]]]:
        """Each match: rule, offset, length, what to write."""
        return [
            (m["rule"]["id"], m["offset"], m["length"], [r["value"] for r in m["replacements"]])
            for m in self.json["matches"]
        ]


def ask(
    address: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "",
) -> Said:
    """One call, its headers as given; POST where there is a body."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        line.request(method or ("GET" if body is None else "POST"), path, body, dict(headers or {}))
        answer = line.getresponse()
        return Said(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )
    finally:
        line.close()


def form(**said: str) -> bytes:
    """As a browser writes it."""
    return "&".join(f"{name}={quote(value, safe='*-._')}" for name, value in said.items()).encode()


def check(address: str, text: str, **said: str) -> Said:
    return ask(
        address, "/v2/check", form(text=text, language="zh-CN", **said), {"Content-Type": FORM}
    )
