"""The site file's keys, and what may stand at each of them by itself."""

import ipaddress
import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from checks.model import ColumnKind, UnitKind

#: Stands where the office still has to fill in an address.
PLACEHOLDER = "待填写"
CmsFamily = Literal["auto", "vsb", "ucap", "trs", "jcms", "generic"]


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("是空的；应写上文字，不需要就整项删去")
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise ValueError("有换行或控制字符；应写在一行里")
    return text


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,64}", text):
        raise ValueError(f"“{text}”不能作id；应只用小写字母、数字和连字符，如 nong-ye")
    return text


def _address(text: str) -> str:
    """An absolute http(s) address, or the placeholder."""
    text = _words(text)
    if PLACEHOLDER in text:
        return text
    if fault := address_fault(text):
        raise ValueError(f"“{text}”{fault}；应写完整网址，如 https://www.example.gov.cn/")
    return text


def _relative(text: str) -> str:
    """An address on its own or relative to the home page, or the placeholder."""
    text = _words(text)
    if PLACEHOLDER in text:
        return text
    absolute = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) or text.startswith("//")
    if fault := address_fault(text if absolute else f"http://host/{text.lstrip('/')}"):
        raise ValueError(f"“{text}”{fault}；应写完整网址，或从首页算起的路径，如 /xczx.htm")
    return text


def address_fault(text: str) -> str:
    """What is wrong with `text` as an absolute http(s) address, "" for nothing."""
    if any(c.isspace() for c in text):
        return "中有空格"
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  - raises ValueError on a bad port
    except ValueError:
        return "不是有效的网址"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "不是以http://或https://开头的网址"
    if parts.username is not None:
        return "中有用户名"
    return ""


def _host(text: str) -> str:
    host = text.strip().strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if re.fullmatch(r"[\w-]+(\.[\w-]+)*", host):
            return host
    raise ValueError(f"“{text}”不是主机名；应只写主机名或IP，不带http://、端口和路径")


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"没有“{text}”这个时区；应如 Asia/Shanghai") from None
    return text


def _selector(text: str) -> str:
    kind = text.removeprefix("kind:")
    if kind != text and kind not in get_args(UnitKind):
        kinds = "、".join(get_args(UnitKind))
        raise ValueError(f"没有“{kind}”这类单位；kind:之后应为{kinds}之一")
    return text


Words = Annotated[str, AfterValidator(_words)]
Id = Annotated[str, AfterValidator(_id)]
Selector = Annotated[str, AfterValidator(_words), AfterValidator(_selector)]
Relative = Annotated[str, AfterValidator(_relative)]


class _Keys(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class RevisitKeys(_Keys):
    recent: Annotated[int, Field(ge=1, le=366)] = 7
    older: Annotated[int, Field(ge=1, le=366)] = 30
    all: Annotated[int, Field(ge=1, le=366)] = 90
    older_days: Annotated[int, Field(ge=1, le=36600)] = 366
    requests: Annotated[int, Field(ge=0)] | None = None
    findings: Literal["suggestion", "warning", "error"] = "suggestion"


class LinkKeys(_Keys):
    requests: Annotated[int, Field(ge=0, le=100_000)] = 200
    days: Annotated[int, Field(ge=1, le=366)] = 30


class SiteKeys(_Keys):
    id: Id
    name: Words
    home: Annotated[str, AfterValidator(_address)]
    code: str = ""
    family: CmsFamily = "auto"
    timezone: Annotated[str, AfterValidator(_timezone)] = "Asia/Shanghai"
    delay: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 1.0
    office: str = ""
    hosts: list[Annotated[str, AfterValidator(_host)]] = []
    reprints: list[Words] = []
    legacy_tls: bool = False
    attachments: Literal["on", "off", "ocr"] = "on"
    revisit: RevisitKeys = RevisitKeys()
    links: LinkKeys = LinkKeys()


class ProbeKeys(_Keys):
    control: Annotated[str, AfterValidator(_address)] = ""
    targets: Annotated[list[Relative], Field(max_length=20)] = []
    seconds: Annotated[float, Field(ge=1, le=60, allow_inf_nan=False)] = 15.0
    per_day: Annotated[int, Field(ge=1, le=1440)] = 20
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.05


class AccountText(_Keys):
    id: Id
    name: Words
    platform: Words = ""
    unit: Words = ""
    feed: Annotated[str, AfterValidator(_address)] = ""
    max_age_days: Annotated[int, Field(ge=1, le=366)] = 14


class UnitText(_Keys):
    id: Id
    name: Words
    aliases: list[Words] = []
    kind: UnitKind = "department"
    quota: Annotated[int, Field(ge=0)] | None = None


class ExpectationText(_Keys):
    item: Words
    any: Annotated[list[Words], Field(min_length=1)]
    each_unit: bool = False
    within_days: Annotated[int, Field(ge=1, le=36600)] | None = None
    units: list[Selector] = []
    source: str = ""


class ColumnText(_Keys):
    id: Id
    name: Words
    url: Relative
    kind: ColumnKind = "notice"
    units: list[Selector] = []
    family: CmsFamily = "auto"
    max_age_days: Annotated[int, Field(ge=1, le=36600)] | None = None
    expects: list[ExpectationText] = []
    endpoint: Relative = ""
    max_pages: Annotated[int, Field(ge=1, le=10000)] = 200
    first_level: bool | None = None


class RuleText(_Keys):
    rule: Id
    set: Literal["off", "on", "suggestion", "warning", "error"]
    reason: Words
    columns: list[Id] = []


def _setting(value: Any) -> Any:
    """A number of 检查指标 as a site sets it: whole and not negative, or on, or off."""
    number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 36600
    if not number and value not in ("on", "off"):
        raise ValueError(f"写的是“{value}”；应为0到36600的整数，或off（停用）、on（启用）")
    return value


class IndicatorKeys(_Keys):
    use: Words = "guoban-2019"
    set: dict[str, Annotated[Any, AfterValidator(_setting)]] = {}


class NumberText(_Keys):
    """A number of 检查指标 in a file of its own."""

    value: Annotated[Any, AfterValidator(_setting)]
    confidence: Literal["read", "high", "medium", "low", "derived"] = "read"
    source: Words | None = None
    says: Words | None = None


class IndicatorText(_Keys):
    """A file of 检查指标; with `base` a variant of another."""

    id: Id
    title: Words
    source: Words
    base: Words | None = None
    numbers: dict[str, NumberText] = {}


def _chosen(value: Any) -> Any:
    return {"use": value} if isinstance(value, str) else value


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"写的是“{str(value)[:40]}”；应为日期，如 2026-01-01") from None


def _all_or_some(value: Any) -> Any:
    return [] if value == "all" else value


class ReviewKeys(_Keys):
    since: Annotated[Any, AfterValidator(_day)]
    columns: Annotated[list[Id], BeforeValidator(_all_or_some)] = []
    keep_days: Annotated[int, Field(ge=30, le=36600)] = 365
    reprints: bool = False


class SiteText(_Keys):
    """The whole file."""

    site: SiteKeys
    units: list[UnitText] = []
    columns: Annotated[list[ColumnText], Field(min_length=1)]
    lists: list[Words] = []
    rules: list[RuleText] = []
    roster: Words | None = None
    indicators: Annotated[IndicatorKeys, BeforeValidator(_chosen)] = IndicatorKeys()
    probe: ProbeKeys = ProbeKeys()
    media: list[AccountText] = []
    holidays: Words | None = None
    criteria: Words | None = None
    forms: list[Words] = []
    notify: list[Words] = []
    circular: Words | None = None
    reviews: ReviewKeys | None = None
