"""The demo county's HTML, one renderer a CMS family, true to how each builds its pages."""

import json
from html import escape

from crawler.demo.county import DemoArticle, DemoColumn

_STYLE = (
    "body{font:16px/1.8 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:0;background:#f5f6f8;color:#222}"
    ".header{background:#b1252b;color:#fff;padding:18px 8%;font-size:24px}.nav{background:#8f1d22;padding:6px 8%}"
    ".nav a{color:#fff;margin-right:18px;text-decoration:none}.main{background:#fff;margin:20px 8%;padding:24px}"
    "ul.list,table.list{list-style:none;padding:0;width:100%}.list li{border-bottom:1px dashed #ddd;padding:6px 0}"
    ".list span{float:right;color:#888}.footer{padding:18px 8%;color:#666;font-size:14px}h1{font-size:24px;text-align:center}"
)


def address(column: DemoColumn, article: DemoArticle, part: int = 0) -> str:
    """Where an article lies on the site; TRS articles may have further parts."""
    day = article.day
    match column.family:
        case "vsb":
            return f"/info/1001/{article.id}.htm"
        case "trs":
            tail = f"_{part}" if part else ""
            return f"{column.about['url']}{day:%Y%m}/t{day:%Y%m%d}_{article.id}{tail}.html"
        case "ucap":
            return f"{column.about['url']}c{article.id}/{day:%Y%m}/{article.id:032x}.shtml"
        case "jcms":
            return (
                f"/art/{day.year}/{day.month}/{day.day}/art_{column.about['id']}_{article.id}.html"
            )
        case _:
            return f"{column.about['url'].rsplit('/', 1)[0]}/{article.id}.html"


_NAME, _CODE = "云河县人民政府网", "0000000001"
#: The footer's marks as a real site writes them; the browser is told to fetch nothing from elsewhere.
_MARKS = (
    "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript"
    " src='https://dcs.conac.cn/js/00/000/0000/00000000/CA000000000000000000001.js'%3E%3C/script%3E\"));</script>"
    f"<script id='_jiucuo_' sitecode='{_CODE}' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>"
    f'<a href="/wzdt.htm">网站地图</a> 联系电话：0000-0000000 网站标识码:{_CODE} 新ICP备00000001号-1 新公网安备 00000000000001号'
)
_FETCH_NOTHING = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline'\">"
)
_SITE_TAGS = f'<meta name="SiteName" content="{_NAME}"><meta name="SiteDomain" content="www.yunhe.example"><meta name="SiteIDCode" content="{_CODE}">'


def frame(title: str, head: str, main: str, today: str, *, tagged: bool = True) -> str:
    """The site's own header, navigation and footer round a page; the header shows today's date."""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">{_FETCH_NOTHING}<title>{escape(title)}-{_NAME}</title>
{_SITE_TAGS if tagged else ""}
{head}<style>{_STYLE}</style></head><body>
<div class="header">{_NAME}<small style="float:right;font-size:14px">今天是{today}</small></div>
<div class="nav"><a href="/">首页</a><a href="/gzdt.htm">工作动态</a><a href="/tzgg.htm">通知公告</a><a href="/zcwj/">政策文件</a></div>
<div class="main">{main}</div>
<div class="footer">主办：云河县人民政府办公室（虚构，仅供演示） {_MARKS}</div>
</body></html>"""


def column_tags(name: str) -> str:
    """The four tags 《政府网站发展指引》 asks of a column's pages besides the site's three."""
    name = escape(name)
    contents = {
        "ColumnName": name, "ColumnDescription": f"发布{name}信息", "ColumnKeywords": f"云河县,{name}", "ColumnType": name
    }  # fmt: skip
    return "".join(f'<meta name="{tag}" content="{said}">' for tag, said in contents.items())


def long_day(day: object) -> str:
    return f"{day:%Y年%m月%d日}"


def article_page(column: DemoColumn, article: DemoArticle, part: int, today: str) -> str:
    """One page of an article. Every third one lacks the mandated tags, so that lower rungs are used."""
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in article.pages[part])
    if article.link and part == 0:
        paragraphs += f'<p><a href="{escape(article.link)}">{escape(article.link)}</a></p>'
    if article.hidden and part == 0:
        paragraphs += f'<div style="display:none"><a href="{escape(article.hidden)}">资讯</a></div>'
    tagged = article.id % 3 != 0
    head = (
        f'{column_tags(column.about["name"])}<meta name="ArticleTitle" content="{escape(article.title)}">'
        f'<meta name="PubDate" content="{_shown(article, f"{article.day} 10:30")}"><meta name="ContentSource" content="{escape(article.source)}">'
        if tagged
        else ""
    )
    line = f'<div class="info">{_shown(article, f"发布时间：{long_day(article.day)} ")}来源：{escape(article.source)} 浏览次数:<span>18</span>次 【打印】【关闭】</div>'
    heading = f"<h1>{escape(article.title)}</h1>"
    tail = '<div class="share">分享到: 上一篇：无 下一篇：无</div>'
    match column.family:
        case "vsb":
            hidden = '<span id="section_u5_4" style="display:none">栏目</span>'
            body = f'<form name="_newscontent_fromname">{heading}{line}{hidden}<div id="vsb_content"><div class="v_news_content">{paragraphs}</div></div></form>'
            head += '<script src="/system/resource/js/vsbscreen.min.js"></script>'
        case "trs":
            pager = ""
            if len(article.pages) > 1:
                name = address(column, article).rsplit("/", 1)[-1].removesuffix(".html")
                pager = f'<script>createPageHTML({len(article.pages)}, {part}, "{name}", "html");</script>'
            body = f'{heading}{line}<div class="TRS_Editor">{paragraphs}</div>{pager}'
        case "ucap":
            body = f'<ucaptitle>{heading}</ucaptitle>{line}<div id="UCAP-CONTENT"><ucapcontent>{paragraphs}</ucapcontent></div>'
        case "jcms":
            body = f'{heading}{line}<div id="zoom">{paragraphs}</div>'
        case _:
            body = f'{heading}{line}<div class="con">{paragraphs}</div>'
    return frame(article.title, head, body + tail, today, tagged=tagged)


def _shown(article: DemoArticle, words: str) -> str:
    """`words`, which hold the article's day, unless it is one that shows none."""
    return "" if article.undated else words


def _row(
    column: DemoColumn, owners: dict[int, DemoColumn], one: DemoArticle, up: str
) -> tuple[str, str]:
    """(address, title mark) of a line; an article of another column keeps its own address."""
    href = address(owners.get(one.id, column), one)
    mark = "【置顶】" if one.pinned else ""
    return (up + href.lstrip("/") if up else href), mark


def list_page(column: DemoColumn, owners: dict[int, DemoColumn], number: int, today: str) -> str:
    """List page `number` (from 1) as its family builds it."""
    name = str(column.about["name"])
    head = column_tags(name)
    match column.family:
        case "vsb":
            main, script = (
                _vsb(column, owners, number),
                '<script src="/system/resource/js/vsbscreen.min.js"></script>',
            )
        case "trs":
            main, script = _plain(column, owners, number) + _trs_pager(column, number), ""
        case "ucap":
            main, script = _ucap(column, owners, number), ""
        case "jcms":
            main, script = _jcms(column, owners), '<script src="/script/jcms.js"></script>'
        case _:
            main, script = _plain(column, owners, number), ""
    return frame(name, head + script, f"<h2>{escape(name)}</h2>{main}", today)


def _vsb(column: DemoColumn, owners: dict[int, DemoColumn], number: int) -> str:
    if not column.articles:
        return '<ul class="list"></ul><div class="pb_sys_common"><span class="p_t">共0条</span></div><p>暂无信息</p>'
    up = "../" if number > 1 else ""
    lines = []
    for k, one in enumerate(column.page(number)):
        href, mark = _row(column, owners, one, up)
        title = escape(one.title)
        lines.append(
            f'<li id="line_u7_{k}"><span>{_shown(one, f"{one.day}")}</span><a href="{href}" title="{title}">{mark}{title[:16]}…</a></li>'
        )
    slug = column.about["url"].removesuffix(".htm").lstrip("/")
    lower = column.count - number
    prefix = f"{slug}/" if number == 1 else ""
    following = (
        f'<span class="p_next p_fun"><a href="{prefix}{lower}.htm">下页</a></span>'
        if number < column.count
        else '<span class="p_next_d p_fun_d">下页</span>'
    )
    return (
        f'<ul class="list">{"".join(lines)}</ul><div class="pb_sys_common"><span class="p_t">共{len(column.articles)}条</span> '
        f'<span class="p_t">{number}/{column.count}</span>{following}</div>'
    )


def _plain(column: DemoColumn, owners: dict[int, DemoColumn], number: int) -> str:
    lines = []
    for one in column.page(number):
        href, mark = _row(column, owners, one, "")
        lines.append(
            f'<li><a href="{href}">{mark}{escape(one.title)}</a><span>{_shown(one, f"{one.day}")}</span></li>'
        )
    if column.about.get("inside_link"):
        lines.append(
            '<li><a href="http://10.0.0.1/admin">内网办公入口使用说明</a><span>2025-01-02</span></li>'
        )
    return f'<ul class="list">{"".join(lines)}</ul>'


def _trs_pager(column: DemoColumn, number: int) -> str:
    return f'<script>createPageHTML({column.count}, {number - 1}, "index", "html");</script>'


def _ucap(column: DemoColumn, owners: dict[int, DemoColumn], number: int) -> str:
    if column.about.get("json"):
        channel = f"{int.from_bytes(column.about['id'].encode(), 'big'):032x}"
        query = f"_isAgg=true&_isJson=true&_pageSize={column.per_page}&_template=index&_rangeTimeGte=&_channelName=&page=1"
        return (
            '<div id="list"></div><script>var listUrl = "/common/search/'
            + channel
            + "?"
            + query
            + '";'
            "$.getJSON(listUrl, function(d){ render(d.data.results); });</script>"
        )
    pager = f"<script>createPageHTML('page_div',{column.count},{number},'index','shtml',{len(column.articles)});</script>"
    return _plain(column, owners, number) + pager


def json_list(column: DemoColumn, number: int) -> str:
    """What a UCAP search endpoint answers."""
    results = [
        {
            "title": one.title,
            "url": address(column, one),
            "publishedTimeStr": f"{one.day} 10:30:00",
            "channelName": column.about["name"],
        }
        for one in column.page(number)
    ]
    return json.dumps(
        {"data": {"total": len(column.articles), "results": results}}, ensure_ascii=False
    )


def _record(column: DemoColumn, one: DemoArticle) -> str:
    title = escape(one.title)
    return f'<record><![CDATA[<li><a href="{address(column, one)}" title="{title}" target="_blank">{title}</a><span>{one.day}</span></li>]]></record>'


def records(column: DemoColumn, first: int, last: int) -> str:
    """Jcms records `first` to `last`, counting from 1, both inclusive."""
    chosen = column.articles[first - 1 : last]
    return (
        f"<datastore><totalrecord>{len(column.articles)}</totalrecord><totalpage>{column.count}</totalpage>"
        f"<recordset>{''.join(_record(column, one) for one in chosen)}</recordset></datastore>"
    )


def _jcms(column: DemoColumn, owners: dict[int, DemoColumn]) -> str:
    """The visible list is empty; the first records lie in an island of the page."""
    del owners
    proxy = f"/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord={column.per_page}&perpage={column.per_page}"
    island = records(column, 1, column.per_page)
    return (
        f'<div id="{column.about["id"]}" class="list"></div><script type="text/xml">{island}</script>'
        f"<script>jpage({{ dataUrl: '{proxy}', col: '1', appid: '1', webid: '1', path: '/', columnid: '{column.about['id']}', "
        "sourceContentType: '1', unitid: '23', webname: '云河县人民政府网', permissiontype: '0' });</script>"
    )


def script_list(name: str, today: str) -> str:
    """A list that a script fills from an address nobody declares."""
    return frame(
        name,
        column_tags(name),
        f'<h2>{escape(name)}</h2><div id="app"></div><script>var app = new Vue({{el:"#app"}});</script>',
        today,
    )


def home_page(columns: tuple[DemoColumn, ...], today: str) -> str:
    links = "".join(
        f'<li><a href="{c.about["url"]}">{escape(str(c.about["name"]))}</a></li>' for c in columns
    )
    return frame("首页", "", f'<ul class="list">{links}</ul>', today)


def site_map(columns: tuple[DemoColumn, ...], today: str) -> str:
    links = "".join(
        f'<a href="{c.about["url"]}">{escape(str(c.about["name"]))}</a> ' for c in columns
    )
    return frame("网站地图", column_tags("网站地图"), f"<p>{links}</p>", today)
