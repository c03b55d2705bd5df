"""Reads the settings file of `lanmu serve` (desk.yaml): every fault with its line, all at once.

A secret stands in no file that is shown around: `client_secret` is `${NAME}` of the environment, or
`client_secret_file` names a file that holds nothing else.
"""

import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from checks.model import BadInput
from checks.yaml_file import Loc, read_yaml
from desk.console.settings import Network, Oidc, Settings
from store.accounts import ROLES, Role

MOST_NAMES = 50
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CLAIM = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
#: pydantic's kind of fault → what is said; `{}` is its bound or its expectation.
_KINDS: Mapping[str, str] = {
    "missing": "缺少这一项，必须写上",
    "extra_forbidden": "不认识这一项；请对照 deploy/desk.yaml 核对拼写",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "float_type": "应为数字",
    "string_type": "应为文字；必要时加引号",
    "list_type": "应为列表，如 [甲, 乙]",
    "tuple_type": "应为列表，如 [甲, 乙]",
    "model_type": "应为下一层的“键: 值”",
    "model_attributes_type": "应为下一层的“键: 值”",
    "dict_type": "应为下一层的“键: 值”",
    "greater_than_equal": "太小；应不小于{ge}",
    "less_than_equal": "太大；应不大于{le}",
    "too_long": "太多；应不超过{max_length}项",
    "string_too_long": "太长；应不超过{max_length}个字符",
    "string_too_short": "不能是空的",
    "literal_error": "应为其中之一：" + "、".join(ROLES),
}


def _host(text: str) -> str:
    if not _HOST.fullmatch(text.lower()):
        raise ValueError("应为网站名或IP，不带http://和端口，如 desk.example.gov.cn")
    return text.lower()


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError("应为IP或网段，如 10.1.2.3 或 10.1.0.0/16（网段的末尾位应为0）") from None
    return text


def _issuer(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise ValueError("应为网址，如 https://sso.example.gov.cn")
    return text


def _claim(text: str) -> str:
    if text and not _CLAIM.fullmatch(text):
        raise ValueError("应为身份认证服务给出的字段名，如 preferred_username")
    return text


Host = Annotated[str, AfterValidator(_host)]
Where = Annotated[str, AfterValidator(_network)]
Claim = Annotated[str, AfterValidator(_claim)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Session(_Written):
    hours: float = Field(12.0, ge=0.1, le=720)
    idle_minutes: int = Field(120, ge=1, le=43_200)


class _Tries(_Written):
    times: int = Field(5, ge=1, le=1000)
    minutes: int = Field(15, ge=1, le=1440)


class _Open(_Written):
    open: list[Where] = Field(["127.0.0.0/8", "::1/128"], max_length=MOST_NAMES)


class _Oidc(_Written):
    issuer: Annotated[str, Field(max_length=400), AfterValidator(_issuer)]
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: str = ""
    client_secret_file: str = ""
    name: Annotated[str, Field(min_length=1, max_length=30)] = "统一身份认证"
    claim: Claim = ""
    create: bool = False
    role: Role = "editor"
    unit_claim: Claim = ""
    scopes: Annotated[str, Field(max_length=200)] = "openid profile"


class _File(_Written):
    https: bool = False
    plain_http: bool = False
    names: list[Host] = Field([], max_length=MOST_NAMES)
    proxies: list[Where] = Field([], max_length=MOST_NAMES)
    session: _Session = _Session()
    tries: _Tries = _Tries()
    upload_mb: int = Field(64, ge=4, le=1024)
    circulars: Annotated[str, Field(max_length=400)] = ""
    metrics: _Open = _Open()
    editors: _Open = _Open()
    oidc: _Oidc | None = None


def load_settings(path: Path) -> Settings:
    """The settings that a file gives; what it leaves out is as `Settings` says.

    Raises:
        BadInput: one line a fault, `file:line: what is wrong; what would be right`, in line order.
    """
    if not path.exists():
        raise BadInput(f"{path}: 找不到设置文件；请核对文件名")
    document = read_yaml(path)
    faults: list[tuple[Loc, str]] = []
    try:
        written = _File.model_validate(document.data)
        faults += _together(written)
        oidc = _oidc(written.oidc, path.parent, faults) if written.oidc else None
    except ValidationError as error:
        faults += _told(error)
    if faults:
        raise document.refusal((loc, f"{_name(loc)}{words}") for loc, words in faults)
    return Settings(
        https=written.https, plain_http=written.plain_http, names=tuple(written.names),
        proxies=tuple(written.proxies), session_hours=written.session.hours,
        idle_minutes=written.session.idle_minutes, tries=written.tries.times,
        tries_minutes=written.tries.minutes, upload_bytes=written.upload_mb << 20,
        circulars=str(path.parent / written.circulars) if written.circulars else "",
        metrics_open=_networks(written.metrics), editors_open=_networks(written.editors), oidc=oidc,
    )  # fmt: skip


def _networks(written: _Open) -> tuple[Network, ...]:
    return tuple(ip_network(one) for one in written.open)


def _told(error: ValidationError) -> Iterator[tuple[Loc, str]]:
    for one in error.errors():
        told, context = str(one["msg"]), one.get("ctx", {})
        words = _KINDS.get(one["type"], "不对；请对照 deploy/desk.yaml 核对")
        if one["type"] == "value_error":
            words = told.removeprefix("Value error, ")
        yield one["loc"], words.format(**context) if "{" in words else words


def _name(loc: Loc) -> str:
    named = [str(one) for one in loc if isinstance(one, str)]
    return f"{named[-1]}: " if named else ""


def _together(written: _File) -> Iterator[tuple[Loc, str]]:
    if written.https and written.plain_http:
        yield ("plain_http",), "与 https: true 矛盾；应只留一个"
    if written.https and not written.names:
        yield ("https",), "用https时应在 names 里写明浏览器里用的网站名"
    if written.https and not written.proxies:  # else every client would seem to be the proxy itself
        yield ("https",), "https由前面的代理提供；应在 proxies 里写明代理的IP，如 [127.0.0.1]"
    oidc = written.oidc
    if oidc is None:
        return
    if oidc.role == "admin":
        yield ("oidc", "role"), "自动建立的账号不能是管理员"
    if bool(oidc.client_secret) == bool(oidc.client_secret_file):
        said = "client_secret 和 client_secret_file 应写且只写一个"
        yield ("oidc", "client_secret" if oidc.client_secret else "client_id"), said
    if "openid" not in oidc.scopes.split():
        yield ("oidc", "scopes"), "应含openid"


def _oidc(written: _Oidc, folder: Path, faults: list[tuple[Loc, str]]) -> Oidc:
    secret = ""
    if written.client_secret:
        variable = _VARIABLE.fullmatch(written.client_secret)
        secret = os.environ.get(variable[1], "") if variable else ""
        if not variable:
            faults.append((("oidc", "client_secret"), "密钥不要写在文件里；应写成 ${环境变量名}"))
        elif not secret:
            faults.append((("oidc", "client_secret"), f"环境变量{variable[1]}没有设置"))
    elif written.client_secret_file:
        secret = _secret_in(folder / written.client_secret_file, faults)
    return Oidc(
        **written.model_dump(exclude={"client_secret", "client_secret_file"}), client_secret=secret
    )


def _secret_in(path: Path, faults: list[tuple[Loc, str]]) -> str:
    try:
        with path.open("rb") as file:
            said = file.read(10_000).decode("utf-8").strip()
    except (OSError, ValueError):  # ValueError: not UTF-8, or a path that is none
        said = ""
    if not said or not said.isprintable():
        faults.append((("oidc", "client_secret_file"), f"读不到密钥；{path}应是只含密钥的文本文件"))
    return said


def problems_of(settings: Settings, host: str) -> str:
    """Why a server set like this may not listen on `host`; "": it may."""
    if settings.https or settings.plain_http or _is_loopback(host):
        return ""
    return (
        f"在{host}上对外提供服务而不用https时，密码会明文经过网络；请用https代理（见deploy/nginx-lanmu.conf），"
        "在设置文件中写 https: true；确定只在可信的内网使用，请加 --plain-http"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def said_address(settings: Settings, host: str, port: int) -> str:
    """Where people find the desk, as they type it."""
    if settings.https:
        return f"https://{settings.names[0]}/"
    shown = settings.names[0] if settings.names else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
