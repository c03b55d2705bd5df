"""A county of any size for measuring: VSB-like pages of about 40 KB, served on loopback by a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

PER_PAGE = 20
FIRST_DAY = date(2025, 9, 30)
_WHO = (
    "县农业农村局",
    "县水利局",
    "县教育局",
    "县交通运输局",
    "县卫生健康委员会",
    "县应急管理局",
    "各乡镇",
    "县财政局",
)
_DID = (
    "组织技术人员",
    "会同有关部门",
    "安排专人",
    "抽调业务骨干",
    "深入村组企业",
    "结合工作实际",
    "坚持问题导向",
)
_WHAT = (
    "指导农户做好秋收和冬小麦播种", "排查河道沟渠安全隐患", "推进义务教育优质均衡发展", "养护农村公路",
    "开展健康知识宣传", "检查烟花爆竹经营网点", "核对惠民补贴发放台账", "帮助企业解决用工难题", "维修田间灌溉设施",
)  # fmt: skip
_SO = ("得到群众好评", "取得明显成效", "推动工作落到实处", "确保各项任务按期完成")
_THEN = ("受益群众{n}户", "发放资料{n}份", "解决问题{n}个", "覆盖村组{n}个", "培训人员{n}人次")
#: One article in so many has a slip.
SLIPS = 25
_CHROME = "".join(
    f'<li class="m{i}"><a href="/column{i % 40}.htm" title="导航栏目{i}">导航栏目{i}</a></li>'
    for i in range(420)
)


def sentence(number: int, k: int) -> str:
    """Sentence `k` of article `number`: no two of one article are the same.

    A figure in every third: some ten a thousand characters, between the two corpora of clean official text
    (1.7 and 15.8).
    """
    n = number * 31 + k * 7
    said = f"{_WHO[(n + k) % 8]}{_DID[(number + k) % 7]}，{_WHAT[(n + k * 5) % 9]}，"
    if k % 3:
        return f"{said}{_SO[(n + k) % 4]}。"
    return said + _THEN[k % 5].format(n=k * 13 + number % 97 + 11) + "。"


def article_page(number: int) -> str:
    day = FIRST_DAY - timedelta(days=number // 40)
    body = "".join(
        f"<p style='text-indent:2em'><span>{sentence(number, 2 * k)}{sentence(number, 2 * k + 1)}</span></p>"
        for k in range(12)
    )
    if number % SLIPS == 0:
        body += "<p>会议对下一步工作作出布署。</p>"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>第{number}篇工作动态-度量县人民政府</title>
<meta name="SiteName" content="度量县人民政府"><meta name="ArticleTitle" content="第{number}篇工作动态">
<meta name="PubDate" content="{day} 10:30"><meta name="ContentSource" content="县农业农村局">
<script src="/system/resource/js/vsbscreen.min.js"></script></head><body>
<div class="head"><ul>{_CHROME}</ul></div>
<form name="_newscontent_fromname"><h1>第{number}篇工作动态</h1><div>发布时间：{day} 来源：县农业农村局</div>
<div id="vsb_content_4"><div class="v_news_content">{body}</div></div></form>
<div class="foot">主办：度量县人民政府办公室 网站标识码:0000000000</div></body></html>"""


def list_page(page: int, pages: int, total: int) -> str:
    first = page * PER_PAGE
    prefix = "" if page == 0 else "../"
    items = "".join(
        f'<li id="line_u7_{i}"><span>{FIRST_DAY - timedelta(days=n // 40)}</span>'
        f'<a href="{prefix}info/1/{n}.htm" title="第{n}篇工作动态">第{n}篇工作动态</a></li>'
        for i, n in enumerate(range(first, min(first + PER_PAGE, total)))
    )
    following = (
        f'<span class="p_next p_fun"><a href="{"list/" if page == 0 else ""}{pages - page - 1}.htm">下页</a></span>'
        if page + 1 < pages
        else ""
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>工作动态-度量县人民政府</title>
<script src="/system/resource/js/vsbscreen.min.js"></script></head><body><div class="head"><ul>{_CHROME}</ul></div>
<ul class="list">{items}</ul><div class="pb_sys_common"><span class="p_t">共{total}条</span>{following}</div></body></html>"""


def pages_of(total: int) -> int:
    return -(-total // PER_PAGE)


def paths(total: int) -> list[str]:
    """Every address of the county: list pages first, then articles."""
    pages = pages_of(total)
    lists = ["/list.htm", *(f"/list/{n}.htm" for n in range(pages - 1, 0, -1))]
    return lists + [f"/info/1/{n}.htm" for n in range(total)]


def page_at(path: str, total: int) -> str | None:
    pages = pages_of(total)
    if path == "/list.htm":
        return list_page(0, pages, total)
    kind, _, name = path.strip("/").rpartition("/")
    number = name.removesuffix(".htm")
    if not number.isdigit():
        return None
    if kind == "list" and 0 < int(number) < pages:
        return list_page(pages - int(number), pages, total)
    return article_page(int(number)) if kind == "info/1" and int(number) < total else None


def site_file(folder: Path, address: str, total: int) -> Path:
    file = folder / "site.yaml"
    file.write_text(
        f"""site: {{id: duliang, name: 度量县人民政府网, home: "{address}/", family: vsb, delay: 0}}
units:
  - {{id: nongye, name: 度量县农业农村局, aliases: [县农业农村局], kind: department}}
columns:
  - {{id: dongtai, name: 工作动态, url: /list.htm, kind: news, units: [nongye], max_pages: {pages_of(total) + 1}}}
""",
        "utf-8",
    )
    return file


@contextmanager
def served(total: int) -> Iterator[str]:
    """The county's address, while its server process runs; it ends with this block, or with its stdin."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.county", str(total)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=10)


def main(total: int) -> None:
    import asyncio

    from aiohttp import web

    ready = {path: (page_at(path, total) or "").encode() for path in paths(total)}

    async def answer(request: web.Request) -> web.Response:
        body = ready.get(request.path)
        if body is None:
            return web.Response(status=404)
        return web.Response(body=body, content_type="text/html", charset="utf-8")

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.get_running_loop().run_in_executor(
            None, sys.stdin.read
        )  # until the parent goes
        await runner.cleanup()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
