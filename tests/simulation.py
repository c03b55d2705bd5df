"""A county that changes every night, served by a process of its own: what nights must find, and when.

Everything follows from the night's number: which articles there are, which text each has, which are gone.
"""

import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

PER_PAGE = 20
BASE = date(2025, 9, 30)
_FOOT = "主办：变化县人民政府办公室 网站标识码:0000000000"


@dataclass(frozen=True)
class County:
    """`articles` stand before the first night, `a_day` were published each day; `columns` share them.

    Each night from the second on adds `new`, edits `edits` and takes away `gone` of them. Half of the
    edits are to this year's articles.
    """

    articles: int
    columns: int
    a_day: int = 5
    new: int = 10
    edits: int = 40
    gone: int = 0
    nights: int = 30

    def day(self, night: int) -> date:
        """The calendar day of a night; nights count from 0."""
        return BASE + timedelta(days=night)

    def count(self, night: int) -> int:
        return self.articles + night * self.new

    def published(self, number: int) -> date:
        if number < self.articles:
            return BASE - timedelta(days=(self.articles - 1 - number) // self.a_day)
        return self.day((number - self.articles) // self.new + 1)

    @cached_property
    def edited(self) -> dict[int, list[int]]:
        """The nights on which each article is edited, ascending."""
        nights: dict[int, list[int]] = {}
        for night in range(1, self.nights):
            total = self.count(night - 1)
            recent = min(total, 366 * self.a_day)
            for k in range(self.edits):
                draw = (night * 7919 + k * 104_729) % 1_000_003
                number = total - 1 - draw % recent if k % 2 else draw % total
                if number not in self.taken and nights.get(number, [0])[-1] < night:
                    nights.setdefault(number, []).append(night)
        return nights

    @cached_property
    def taken(self) -> dict[int, int]:
        """The night from which on an article is gone."""
        return {
            (night * 6151 + k * 389) % self.articles: night
            for night in range(1, self.nights)
            for k in range(self.gone)
        }

    def version(self, number: int, night: int) -> int:
        return sum(edit <= night for edit in self.edited.get(number, ()))

    def listed(self, column: int, night: int) -> list[int]:
        """A column's articles, newest first."""
        mine = range(column, self.count(night), self.columns)
        return [n for n in reversed(mine) if self.taken.get(n, self.nights) > night]

    def page(self, path: str, night: int) -> tuple[str, str] | None:
        """What a path says on a night: (HTML, ETag), None where there is nothing."""
        parts = path.strip("/").removesuffix(".htm").split("/")
        if len(parts) == 2 and parts[0] == "a" and parts[1].isdigit():
            number = int(parts[1])
            if number >= self.count(night) or self.taken.get(number, self.nights) <= night:
                return None
            version = self.version(number, night)
            return self._article(number, version), f'"{number}-{version}"'
        if len(parts) in (1, 2) and parts[0][:1] == "c" and parts[0][1:].isdigit():
            return self._list(int(parts[0][1:]), int(parts[1]) if len(parts) == 2 else 0, night)
        return None

    def _article(self, number: int, version: int) -> str:
        day = self.published(number)
        said = "全县各部门扎实推进各项重点工作落地见效，切实解决群众急难愁盼问题。" * 6
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>第{number}篇工作动态</title>
<meta name="ArticleTitle" content="第{number}篇工作动态"><meta name="PubDate" content="{day} 10:30">
<meta name="ContentSource" content="县农业农村局"></head><body><h1>第{number}篇工作动态</h1>
<div>发布时间：{day} 来源：县农业农村局</div><div class="v_news_content" id="vsb_content"><p>{said}</p>
<p>这是第{version}稿，编号{number}。</p></div><div>{_FOOT}</div></body></html>"""

    def _list(self, column: int, page: int, night: int) -> tuple[str, str]:
        listed = self.listed(column, night)
        pages = -(-len(listed) // PER_PAGE)
        lines = "".join(
            f'<li><span>{self.published(n)}</span><a href="/a/{n}.htm">第{n}篇工作动态</a></li>'
            for n in listed[page * PER_PAGE : (page + 1) * PER_PAGE]
        )
        following = f'<a href="/c{column}/{page + 1}.htm">下一页</a>' if page + 1 < pages else ""
        text = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>栏目{column}</title></head><body>
<ul class="list">{lines}</ul><div class="pages">共{len(listed)}条 {following}</div><div>{_FOOT}</div></body></html>"""
        return text, f'"{column}-{page}-{night}"'

    def site_file(self, folder: Path, address: str, more: str = "") -> Path:
        file = folder / "site.yaml"
        columns = "".join(
            f"  - {{id: c{n}, name: 栏目{n}, url: /c{n}.htm, kind: notice, units: [nongye], max_pages: 10000}}\n"
            for n in range(self.columns)
        )
        file.write_text(
            f"""site: {{id: bianhua, name: 变化县人民政府网, home: "{address}/", family: generic, delay: 0{more}}}
units:
  - {{id: nongye, name: 变化县农业农村局, aliases: [县农业农村局], kind: department}}
columns:
{columns}""",
            "utf-8",
        )
        return file


@dataclass(frozen=True)
class Served:
    """A county being served."""

    address: str

    def turn(self, night: int) -> None:
        """Make it `night` at the county."""
        with urllib.request.urlopen(f"{self.address}/night/{night}", timeout=30) as answer:
            answer.read()


@contextmanager
def served(county: County) -> Iterator[Served]:
    """The county on loopback, by a process that ends with this block, or with its stdin."""
    figures = (county.articles, county.columns, county.a_day, county.new, county.edits, county.gone, county.nights)  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.simulation", *map(str, figures)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert process.stdout
    try:
        yield Served(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.communicate(timeout=10)


def main(county: County) -> None:
    from aiohttp import web

    now = [0]

    async def answer(request: web.Request) -> web.Response:
        if request.path.startswith("/night/"):
            now[0] = int(request.path.rsplit("/", 1)[1])
            return web.Response(text="ok")
        found = county.page(request.path, now[0])
        if found is None:
            return web.Response(status=404, text="页面不存在")
        text, etag = found
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(text=text, content_type="text/html", headers={"ETag": etag})

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        # until the parent goes
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await runner.cleanup()

    asyncio.run(serve())


if __name__ == "__main__":
    main(County(*map(int, sys.argv[1:])))
