import pytest

from checks.hosts import host_of, is_government, kind_of, odd, registrable


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("www.jinghe.gov.cn", "jinghe.gov.cn"),
        ("jinghe.gov.cn", "jinghe.gov.cn"),
        ("xxgk.jinghe.xjboz.gov.cn", "xjboz.gov.cn"),
        ("www.people.com.cn", "people.com.cn"),
        ("news.cctv.com", "cctv.com"),
        ("www.lib.bj.cn", "lib.bj.cn"),
        ("www.legco.gov.hk", "legco.gov.hk"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("a.b.example.top", "example.top"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_part_its_owner_registered(host: str, owner: str) -> None:
    assert registrable(host) == owner


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.GOV.cn:8080/a", "www.example.gov.cn"),
        ("http://example.gov.cn./", "example.gov.cn"),
        ("http://[::1]/", "::1"),
        ("http://[::", ""),
        ("/a.htm", ""),
        ("javascript:void(0)", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("dcs.conac.cn", "service"),
        ("paper.people.com.cn", "media"),
        ("zfwzgl.www.gov.cn", "report"),
        ("pucha.kaipuyun.cn", "report-old"),
        ("www.kaipuyun.cn", "service"),
        ("beian.miit.gov.cn", "icp"),
        ("www.beian.miit.gov.cn", "icp-old"),
        ("www.miitbeian.gov.cn", "icp-old"),
        ("ww1.sedoparking.com", "parking"),
        ("notpeople.com.cn", ""),
        ("top", ""),
        ("shop.example", ""),
    ],
)
def test_what_is_known_of_a_host(host: str, kind: str) -> None:
    assert kind_of(host) == kind


@pytest.mark.parametrize(
    ("url", "words", "strong"),
    [
        ("http://abc-example.top/", "少见的顶级域名.top", True),
        ("http://www.a1b2c3d4e5.example/", "域名像是随机生成", True),
        ("http://192.0.2.1/", "网址是IP地址", False),
        ("http://55128.example/", "域名全是数字", False),
        ("http://shop.example:8181/", "端口不常用", False),
    ],
)
def test_an_odd_host_is_told(url: str, words: str, *, strong: bool) -> None:
    found = odd(url)
    assert found and (found.words, found.strong) == (words, strong)


@pytest.mark.parametrize(
    "url",
    ["https://www.example.gov.cn/", "https://www.12371.cn/", "http://www.163.com/", "http://shop.example:80/", "http://[::", "x"],
)  # fmt: skip
def test_an_ordinary_host_is_not_odd(url: str) -> None:
    assert odd(url) is None


def test_only_gov_cn_is_government() -> None:
    named = ("gov.cn", "www.gov.cn", "xgov.cn", "www.gov.cn.example", "edu.cn")
    assert [is_government(one) for one in named] == [True, True, False, False, False]
