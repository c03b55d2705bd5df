"""What besides lists, text and day decides what is found: the program's own rules, and what a site declares.

Two judgements on the same grounds, by the same lists, of the same text on the same day are the same.
"""

import hashlib
import unicodedata
from dataclasses import fields, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from checks.model import Site

#: What a site declares that no judgement of a text looks at (a test watches the rules at work).
UNREAD = frozenset({
    "name", "home", "code", "family", "timezone", "delay", "office", "hosts", "columns", "lists", "reprints",
    "placeholder", "legacy_tls", "attachments", "revisit", "links", "indicators", "probe", "media", "notify",
    "holidays", "forms", "circular", "criteria", "reviews",
})  # fmt: skip
#: Libraries whose data or cuts the rules stand on.
LIBRARIES = ("jieba", "opencc", "pypinyin")


def grounds(site: Site) -> str:
    """SHA-256 (hex) of all that decides what is found in a site's articles, lists apart."""
    digest = hashlib.sha256(program().encode())
    for field in fields(Site):
        if field.name == "units":
            digest.update(repr([replace(unit, quota=None) for unit in site.units]).encode())
        elif field.name not in UNREAD:
            digest.update(f"{field.name}={getattr(site, field.name)!r};".encode())
    return digest.hexdigest()


@cache
def program() -> str:
    """SHA-256 (hex) of every module that judges texts, and of the versions of what they stand on."""
    here = Path(__file__).parent
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in sorted(here.rglob("*.py")):
        digest.update(f"{path.relative_to(here).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
