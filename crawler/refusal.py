"""Answers that are no page: a protection's challenge, a soft 404, a shell that a script would fill."""

import re

from crawler.page import Page, PageError

_CHALLENGE = re.compile(
    r"\$_ts\s*[=.\[]|__jsl_clearance|_guard/|cdn-cgi/challenge|acw_sc__v2|HWWAFSES"
)
_BLOCK_WORDS = re.compile(
    r"访问过于频繁|访问频率过高|您的访问被拦截|您的请求被拦截|访问被拒绝|访问受限|Web应用防火墙|网站防火墙|安全验证|请完成验证"
    r"|您的IP.{0,12}(?:禁止|限制|封)|创宇盾|云防护|Access Denied|Request Rejected"
)
_GONE_WORDS = re.compile(
    r"页面不存在|访问的页面(?:不存在|未找到|已删除)|找不到(?:该|此|您|要|这)?.{0,8}页面|页面找不到|文章不存在|内容不存在"
    r"|信息不存在|该(?:信息|文章|页面)已(?:被)?(?:删除|下线)|404\s*错误|404 Not Found|Page Not Found"
)
_GONE_TITLE = re.compile(r"^\s*(?:404\b|404错误|页面不存在|Not Found|错误提示)", re.IGNORECASE)
_SHELL = re.compile(r"""id\s*=\s*["'](?:app|root|__next|__nuxt)["']""")
_FILLED_BY_SCRIPT = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|axios[.(]|XMLHttpRequest|dataproxy\.jsp|new\s+Vue\s*\(|createApp\s*\(|"
    r"layui\.use|\.template\(|template\.render|juicer\("
)
#: Visible characters below which a page is looked at with suspicion.
SHORT = 2000
SHELL = 120


def refuse_no_page(page: Page, visible: str, title: str) -> None:
    """Raises PageError("blocked" or "soft-404") where the answer is no page of the site."""
    if len(visible) < SHORT:
        if _CHALLENGE.search(page.text) and len(visible) < 600:
            raise PageError("blocked", "网站防护要求浏览器验证，请与网站管理员联系放行")
        if _BLOCK_WORDS.search(visible) and len(visible) < 800:
            raise PageError("blocked", "网站防护拒绝了访问，请与网站管理员联系放行")
        if _GONE_TITLE.search(title) or (_GONE_WORDS.search(visible) and len(visible) < 800):
            raise PageError("soft-404", "页面提示内容不存在")


def is_shell(page: Page, visible: str) -> bool:
    """Whether this is an empty shell whose content a script fetches."""
    return len(visible) < SHELL and bool(
        _SHELL.search(page.text) or page.text.count("<script") >= 2
    )


def filled_by_script(page: Page) -> bool:
    return bool(_FILLED_BY_SCRIPT.search(page.text) or _SHELL.search(page.text))
