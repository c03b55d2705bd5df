"""What a client asks, read from the bytes it sent: clients disagree about how a form is written.

The body is read as a form whatever its Content-Type says (LTeX labels it JSON). LibreOffice 7.4 escapes
nothing: a body that begins with `text=`, ends with `&language=…` and is no properly written form is cut there,
and the text taken as it stands.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from desk.languagetool.annotated import Annotated, annotated, plain
from desk.languagetool.refusal import Refused

#: Bytes of a request's body: the longest text with markup, every byte of it escaped.
MOST_BYTES = 4_000_000
#: Code points of text in one request; a county's work report has 30,000.
MOST_CHARACTERS = 220_000
MOST_FIELDS = 1_000
#: Characters of a name, a key, a word, a language.
LONGEST = 200
#: Words in one request.
MOST_WORDS = 100

_RAW = re.compile(
    rb"text=(?P<text>.*)&language=(?P<language>[\w-]{1,40})"
    rb"(?:&username=(?P<username>.{0,200})&apiKey=(?P<apiKey>.{0,200}))?",
    re.DOTALL,
)
_FORM = re.compile(rb"[\w.*~!'()+/:;,@$?%-]*")
_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
#: Parameters that may stand between text and language.
_BETWEEN = frozenset(
    f"{what}{kind}" for what in ("enabled", "disabled") for kind in ("Rules", "Categories", "Only")
) | {"level", "motherTongue", "preferredVariants", "username", "apiKey", "dicts", "mode", "data"}

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings are wanted: by rule id and category id; with `only` no others; `picky` the doubtful too."""

    on_rules: frozenset[str] = frozenset()
    off_rules: frozenset[str] = frozenset()
    on_categories: frozenset[str] = frozenset()
    off_categories: frozenset[str] = frozenset()
    only: bool = False
    picky: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: what the client was set up with, "" where it was not. Never logged."""

    username: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A text to check, in the language the client takes it for (lower case, "auto" where it does not know)."""

    text: Annotated = field(repr=False)
    language: str
    choice: Choice


def fields(query: bytes, body: bytes) -> dict[str, str]:
    """The request's parameters; the body's before the query's, the first of one name.

    Raises:
        Refused: not UTF-8, too many parameters.
    """
    return _pairs(query) | _body(body)


def asker(said: Fields) -> Asker:
    return Asker(_short(said, "username"), _short(said, "apiKey"))


def size(said: Fields) -> int:
    """Code points of text, or of text and markup as they were sent."""
    return len(said.get("text") or said.get("data") or "")


def check_request(said: Fields) -> Request:
    """What `/v2/check` is asked.

    Raises:
        Refused: neither text nor data, or both; data of the wrong shape; text too long; only chosen
            rules wanted and none chosen.
    """
    text, data = said.get("text"), said.get("data")
    if text is not None and data is not None:
        raise Refused(400, "text 与 data 参数只能给一个")
    if text is None and data is None:
        raise Refused(400, "缺少 text 或 data 参数")
    whole = plain(text) if text is not None else annotated(data or "")
    if len(whole.plain) > MOST_CHARACTERS:
        raise Refused(
            413, f"文字有{len(whole.plain)}字，一次最多检查{MOST_CHARACTERS}字；请分段检查"
        )
    return Request(whole, (_short(said, "language") or "auto").lower(), _choice(said))


def words(said: Fields) -> tuple[str, ...]:
    """The words of `/v2/words/add` and `/v2/words/delete`: one, or with `mode=batch` several, by line or space.

    Raises:
        Refused: none, too many, or one too long.
    """
    batch = said.get("mode") == "batch"
    given = (said.get("words") or "").split() if batch else [(said.get("word") or "").strip()]
    if not given or not all(given):
        raise Refused(400, "缺少 word 参数")
    if len(given) > MOST_WORDS:
        raise Refused(400, f"一次最多{MOST_WORDS}个词")
    if any(len(one) > LONGEST for one in given):
        raise Refused(400, f"词太长；应不超过{LONGEST}字")
    return tuple(given)


def _choice(said: Fields) -> Choice:
    choice = Choice(
        _ids(said, "enabledRules"),
        _ids(said, "disabledRules"),
        _ids(said, "enabledCategories"),
        _ids(said, "disabledCategories"),
        only=said.get("enabledOnly", "").lower() in ("true", "yes"),
        picky=said.get("level", "").lower() == "picky",
    )
    if choice.only and not choice.on_rules and not choice.on_categories:
        raise Refused(400, "enabledOnly 为 true 时，应写明 enabledRules 或 enabledCategories")
    return choice


def _ids(said: Fields, name: str) -> frozenset[str]:
    return frozenset(one for one in map(str.strip, said.get(name, "").split(",")) if one)


def _short(said: Fields, name: str) -> str:
    value = said.get(name, "").strip()
    if len(value) > LONGEST:
        raise Refused(400, f"{name} 参数太长；应不超过{LONGEST}字")
    return value


def _body(body: bytes) -> dict[str, str]:
    if (raw := _RAW.fullmatch(body)) and not _escaped(raw["text"]):
        found = {name: _text(value) for name, value in raw.groupdict().items() if value is not None}
        return {name: value for name, value in found.items() if name == "text" or value}
    return _pairs(body)


def _escaped(text: bytes) -> bool:
    """Whether a form's writer made this of a text, with other parameters behind it perhaps."""
    first, *others = text.split(b"&", MOST_FIELDS)
    return bool(_FORM.fullmatch(first) and not _NO_ESCAPE.search(first)) and all(
        equals and name.decode("latin-1") in _BETWEEN
        for name, equals, _ in (one.partition(b"=") for one in others)
    )


def _pairs(form: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            _text(form), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise Refused(400, "请求不是UTF-8编码") from None
    except ValueError:
        raise Refused(400, f"参数过多；应不超过{MOST_FIELDS}个") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "请求不是UTF-8编码") from None
