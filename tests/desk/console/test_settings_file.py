"""desk.yaml: what it gives, and the line of what is wrong in it."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from checks.model import BadInput
from desk.console.settings import Oidc, Settings, is_in
from desk.console.settings_file import load_settings, problems_of, said_address

WHOLE = """\
https: true
names: [Desk.example.gov.cn]
proxies: [127.0.0.1, "10.2.0.0/16"]
session: {hours: 8, idle_minutes: 30}
tries: {times: 3, minutes: 5}
upload_mb: 20
metrics: {open: [10.9.0.0/24]}
editors: {open: []}
oidc:
  issuer: https://sso.example.gov.cn
  client_id: lanmu
  client_secret_file: secret
  claim: preferred_username
  create: true
  role: first
  unit_claim: dept
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "desk.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", "utf-8")
    assert load_settings(written(tmp_path, WHOLE)) == Settings(
        https=True, names=("desk.example.gov.cn",), proxies=("127.0.0.1", "10.2.0.0/16"), session_hours=8,
        idle_minutes=30, tries=3, tries_minutes=5, upload_bytes=20 << 20,
        metrics_open=(ip_network("10.9.0.0/24"),), editors_open=(),
        oidc=Oidc(
            "https://sso.example.gov.cn", "lanmu", "s3cret", claim="preferred_username", create=True,
            role="first", unit_claim="dept",
        ),
    )  # fmt: skip


def test_what_is_left_out_is_as_the_settings_say(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "plain_http: true\n")) == Settings(plain_http=True)


def test_the_example_that_is_shipped_is_as_the_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    example = Path(__file__).parents[3] / "deploy" / "desk.yaml"
    settings = load_settings(example)
    assert settings == Settings(
        https=True, names=("desk.example.gov.cn",), proxies=("127.0.0.1", "::1")
    )
    with_oidc = example.read_text("utf-8").replace("#  ", "  ").replace("#oidc", "oidc")
    monkeypatch.setenv("LANMU_OIDC_SECRET", "geheim")
    assert "client_secret: ${LANMU_OIDC_SECRET}" in with_oidc


def test_a_secret_comes_from_the_environment_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "oidc: {issuer: 'http://sso', client_id: a, client_secret: '${LANMU_SECRET}'}\n"
    monkeypatch.delenv("LANMU_SECRET", raising=False)
    file = written(tmp_path, text)
    with pytest.raises(BadInput) as refused:
        load_settings(file)
    assert refused.value.lines == (f"{file}:1: client_secret: 环境变量LANMU_SECRET没有设置",)
    monkeypatch.setenv("LANMU_SECRET", "geheim")
    settings = load_settings(file)
    assert settings.oidc is not None and settings.oidc.client_secret == "geheim"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("htps: true\n", ["1: htps: 不认识这一项；请对照 deploy/desk.yaml 核对拼写"]),
        ("plain_http: ja\n", ["1: plain_http: 应为 true 或 false"]),
        ("\nhttps: true\nproxies: [10.0.0.1]\n", ["2: https: 用https时应在 names 里写明浏览器里用的网站名"]),
        (
            "https: true\nnames: [a.cn]\n",
            ["1: https: https由前面的代理提供；应在 proxies 里写明代理的IP，如 [127.0.0.1]"],
        ),
        (
            "https: true\nplain_http: true\nnames: [a.cn]\nproxies: [127.0.0.1]\n",
            ["2: plain_http: 与 https: true 矛盾；应只留一个"],
        ),
        (
            "names: [http://a.cn/]\nproxies: [10.0.0.1/8, 代理]\n",
            [
                "1: names: 应为网站名或IP，不带http://和端口，如 desk.example.gov.cn",
                "2: proxies: 应为IP或网段，如 10.1.2.3 或 10.1.0.0/16（网段的末尾位应为0）",
            ],
        ),
        ("names: a.cn\n", ["1: names: 应为列表，如 [甲, 乙]"]),
        ("session: {hours: 0}\n", ["1: hours: 太小；应不小于0.1"]),
        ("tries: {times: 1.5, minutes: 2000}\n", ["1: minutes: 太大；应不大于1440", "1: times: 应为整数"]),
        ("upload_mb: 2000\n", ["1: upload_mb: 太大；应不大于1024"]),
        ("session: 8\n", ["1: session: 应为下一层的“键: 值”"]),
        ("- a\n", ["1: 应为下一层的“键: 值”"]),
        (
            "oidc:\n  issuer: sso\n",
            ["1: client_id: 缺少这一项，必须写上", "2: issuer: 应为网址，如 https://sso.example.gov.cn"],
        ),
        (
            "oidc:\n  issuer: https://a.cn\n  client_id: x\n",
            ["3: client_id: client_secret 和 client_secret_file 应写且只写一个"],
        ),
        (
            "oidc:\n  issuer: https://a.cn\n  client_id: x\n  client_secret: abc\n  role: admin\n  scopes: profile\n",
            [
                "4: client_secret: 密钥不要写在文件里；应写成 ${环境变量名}",
                "5: role: 自动建立的账号不能是管理员",
                "6: scopes: 应含openid",
            ],
        ),
        (
            "oidc:\n  issuer: https://a.cn\n  client_id: x\n  client_secret_file: none\n  role: king\n",
            ["5: role: 应为其中之一：editor、first、second、final、office、admin"],
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, lines: list[str]) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadInput) as refused:
        load_settings(file)
    assert list(refused.value.lines) == [f"{file}:{line}" for line in lines]


def test_a_secret_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, WHOLE)
    with pytest.raises(BadInput) as refused:
        load_settings(file)
    said = f"读不到密钥；{tmp_path / 'secret'}应是只含密钥的文本文件"
    assert refused.value.lines == (f"{file}:12: client_secret_file: {said}",)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="找不到设置文件"):
        load_settings(tmp_path / "no.yaml")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_this_machine_alone_needs_no_https(host: str) -> None:
    assert problems_of(Settings(), host) == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "desk.example"])
def test_others_are_served_by_https_or_by_a_decision(host: str) -> None:
    assert problems_of(Settings(), host).startswith(f"在{host}上对外提供服务而不用https时")
    assert problems_of(Settings(plain_http=True), host) == ""
    assert problems_of(Settings(https=True, names=("a.cn",)), host) == ""


def test_the_address_people_type() -> None:
    assert said_address(Settings(), "127.0.0.1", 8600) == "http://127.0.0.1:8600/"
    assert said_address(Settings(), "::1", 8600) == "http://[::1]:8600/"
    assert said_address(Settings(names=("a.cn",)), "0.0.0.0", 80) == "http://a.cn:80/"
    assert said_address(Settings(https=True, names=("a.cn",)), "127.0.0.1", 8600) == "https://a.cn/"


@pytest.mark.parametrize(
    ("address", "inside"),
    [("10.1.2.3", True), ("10.2.0.1", False), ("::ffff:10.1.2.3", True), ("fd00::1", True), ("", False), ("testclient", False)],
)  # fmt: skip
def test_an_address_in_networks(address: str, inside: bool) -> None:  # noqa: FBT001
    assert is_in(address, (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))) is inside
