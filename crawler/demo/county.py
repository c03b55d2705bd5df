"""The demo county's pages, made from county.yaml for a given day: nothing in it ever ages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
_TOPICS = (
    "召开重点工作推进会", "开展业务培训", "深入基层走访调研", "开展安全检查", "推进项目建设", "开展政策宣讲",
    "组织志愿服务活动", "部署下阶段工作", "开展专项整治", "走访慰问困难群众",
)  # fmt: skip
_BODIES = (
    "近日，{unit}组织工作人员深入村组和企业，了解项目建设和群众需求，现场协调解决实际问题。",
    "会议强调，要坚持以人民为中心的发展思想，压实工作责任，细化工作举措，确保各项任务落地见效。",
    "下一步，{unit}将持续跟进，定期通报情况，接受社会监督。",
)


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """`pages` are the article's pages, each a list of paragraphs.

    `undated`: neither the page nor a list shows the day (it only orders the list). `link` is an
    address that the body links to, `hidden` one that it links to unseen, "" for none.
    """

    id: int
    title: str
    day: date
    source: str
    pages: tuple[tuple[str, ...], ...]
    pinned: bool = False
    dead: bool = False
    undated: bool = False
    link: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class DemoColumn:
    """A column and what it lists, newest first but for what is pinned on top."""

    about: Mapping[str, Any]
    articles: tuple[DemoArticle, ...]

    @property
    def family(self) -> str:
        return str(self.about["family"])

    @property
    def per_page(self) -> int:
        return int(self.about.get("per_page", 20))

    def page(self, number: int) -> tuple[DemoArticle, ...]:
        """The articles of list page `number`, counting from 1."""
        first = (number - 1) * self.per_page
        return self.articles[first : first + self.per_page]

    @property
    def count(self) -> int:
        return max(1, -(-len(self.articles) // self.per_page))


@cache
def data(name: str) -> Any:
    """A data file of the demo, read once."""
    return YAML(typ="safe").load((HERE / name).read_text("utf-8"))


def columns(today: date) -> tuple[DemoColumn, ...]:
    """The county's columns with all their articles, dates counted back from `today`."""
    county = data("county.yaml")
    names = {unit["id"]: unit["aliases"][0] for unit in county["units"]}
    listed: dict[str, list[DemoArticle]] = {}
    for number, about in enumerate(county["columns"], 1):
        own = [_written(one, today) for one in about["articles"]]
        filled = _filled(about.get("fill"), number * 1000, names, today)
        listed.setdefault(about["id"], []).extend([*own, *filled])
        for one, article in zip(about["articles"], own, strict=True):
            for other in one.get("also", ()):
                listed.setdefault(other, []).append(article)
    return tuple(DemoColumn(about, _ordered(listed[about["id"]])) for about in county["columns"])


def _written(one: Mapping[str, Any], today: date) -> DemoArticle:
    pages = one.get("pages") or [one["body"]]
    return DemoArticle(
        one["id"],
        one["title"],
        today - timedelta(days=one["age"]),
        one["source"],
        tuple(tuple(page) for page in pages),
        bool(one.get("pinned")),
        bool(one.get("dead")),
        bool(one.get("undated")),
        one.get("link", ""),
        one.get("hidden", ""),
    )


def _filled(
    fill: Mapping[str, Any] | None, base: int, names: Mapping[str, str], today: date
) -> Iterator[DemoArticle]:
    """Ordinary articles between the planted ones."""
    if not fill:
        return
    for k in range(fill["count"]):
        unit = names[fill["units"][k % len(fill["units"])]]
        day = today - timedelta(days=fill["first"] + k * fill["every"])
        body = tuple(text.format(unit=unit) for text in _BODIES)
        topic = _TOPICS[(base + k * 3) % len(_TOPICS)]
        yield DemoArticle(base + k, f"{unit}{topic}({day:%Y}年第{k + 1}期)", day, unit, (body,))


def _ordered(articles: list[DemoArticle]) -> tuple[DemoArticle, ...]:
    return tuple(sorted(articles, key=lambda one: (not one.pinned, -one.day.toordinal(), one.id)))
