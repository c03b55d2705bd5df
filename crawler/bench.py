"""Judges pages as fetched: what they say, what is wrong with it, and what they are as pages. No network here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from lxml import etree

from checks.attribution import Attribution
from checks.checker import Checker, without_personal_data
from checks.link_state import is_parked
from checks.model import Article, Part, Site
from checks.page_judge import judge_page, spam_words
from checks.seen_page import PageKind
from checks.wordlist import Wordlist, load_wordlists, shipped
from crawler.charset import read_page
from crawler.dates import item_day
from crawler.facts import seen_page
from crawler.families import family_for
from crawler.guesses import page_title
from crawler.jobs import (
    HomeJob,
    HomeOutcome,
    Job,
    LinkJob,
    LinkOutcome,
    ListJob,
    ListOutcome,
    Looked,
    Outcome,
)
from crawler.listing import ITEM_LENGTH
from crawler.page import Page, PageError, Read
from crawler.refusal import is_shell, refuse_no_page
from crawler.selectors import xpath
from crawler.text import block_text

#: Pages one article may be split over.
MOST_PARTS = 30
#: Lines of a home page that are looked at for the day they show.
MOST_ITEMS = 3000
_ITEMS = xpath("//li[.//a]|//tr[.//a]|//dd[.//a]|//dl[.//a]|//p[.//a]|//div[a]")
#: Kinds of links that are watched.
WATCHED = ("page", "image", "attachment")
#: What parsing a hostile page may raise, in our own code and in lxml's; it costs that page, and says so.
MALFORMED = (
    etree.LxmlError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class Bench:
    """What a site's pages are judged with: its lists, its units, what it decides."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.checker = Checker(wordlists_of(site), site)
        self._attribution = Attribution(site)
        self._spam = spam_words(self.checker.wordlists)

    def article(self, job: Job, parts: Sequence[Read]) -> Article:
        """The article its pages make: fields from the first page that has them, bodies joined."""
        first = parts[0]
        rungs = dict(first.rungs)
        published = first.published
        if job.listed and (published is None or rungs.get("published") == "url"):
            published, rungs["published"] = job.listed, "list"
        title = first.title
        if not title and job.title:
            title, rungs["title"] = job.title, "list"
        columns = [c for c in self.site.columns if c.id in job.columns]
        told = self._attribution.of(first.source, columns=columns, title=title)
        body = "\n".join(part.body for part in parts if part.body)
        return Article(
            url=job.url,
            parts=(Part("title", "", title), Part("body", "", body), *(job.files or ())),
            published=published,
            source=first.source,
            unit=told.unit,
            reprinted=told.reprinted,
            columns=job.columns,
            rungs=rungs,
        )

    def outcome(self, job: Job) -> Outcome:
        """What becomes of an article page."""
        if not job.body and job.parts:  # all pages that can be fetched are here
            return self.judged(job, job.parts)
        try:
            page = read_page(job.url, job.body, job.content_type)
            read = family_for(page, job.family, job.hint).article(page)
            looked = None if job.parts else self.looked(page, "article", job.columns)
        except PageError as error:
            return Outcome(why=error.why)
        except MALFORMED as error:
            return Outcome(why=f"layout 解析页面时出错（{type(error).__name__}）")
        parts = (*job.parts, read)
        wanted = tuple(url for url in parts[0].more[:MOST_PARTS] if url != job.url)
        if len(parts) <= len(wanted):
            return Outcome(parts=parts, more=wanted[len(parts) - 1 :], looked=looked)
        return replace(self.judged(job, parts), looked=looked)

    def judged(self, job: Job, parts: tuple[Read, ...]) -> Outcome:
        """The article judged, or what it attaches where that has not been fetched yet."""
        attached = tuple(one for part in parts for one in part.attachments)
        if attached and job.files is None:
            return Outcome(parts=parts, attachments=attached)
        article = self.article(job, parts)
        judged = self.checker.judged(article, today=job.day)
        kept = without_personal_data(article)
        return Outcome(kept, judged.findings, judged.unchecked, parts)

    def listed(self, job: ListJob) -> ListOutcome:
        """What a list page says."""
        try:
            page = read_page(job.url, job.body, job.content_type)
            page.form = job.form
            family = family_for(page, job.family)
            listing, following = family.list_entries(page), family.next_page(page)
            html = job.first and page.text.lstrip()[:1] == "<"
            looked = self.looked(page, "column", (job.column,)) if html else None
            return ListOutcome(listing, following, family.NAME, looked)
        except PageError as error:
            return ListOutcome(why=error.why)
        except MALFORMED as error:
            return ListOutcome(why=f"layout 解析页面时出错（{type(error).__name__}）")

    def home(self, job: HomeJob) -> HomeOutcome:
        """What the home page shows."""
        try:
            page = read_page(job.url, job.body, job.content_type)
            visible = block_text(page.tree)
            refuse_no_page(page, visible, page_title(page.tree))
            if is_shell(page, visible):
                return HomeOutcome(why="rendered 首页由脚本加载，未取得")
            return HomeOutcome(self.looked(page, "home", ()), newest_shown(page, job.day))
        except PageError as error:
            return HomeOutcome(why=error.why)
        except MALFORMED as error:
            return HomeOutcome(why=f"layout 解析页面时出错（{type(error).__name__}）")

    def looked(self, page: Page, kind: PageKind, columns: Sequence[str]) -> Looked:
        """The page as a page. Of an article's page the links in navigation and footer are not watched again."""
        seen = seen_page(page, kind)
        faults = judge_page(seen, self.site, columns, self._spam)
        links = tuple(
            one
            for one in seen.links
            if not (kind == "article" and one.chrome) and one.kind in WATCHED
        )
        return Looked(faults, links, seen.dates)


def link_outcome(job: LinkJob) -> LinkOutcome:
    """What the page is that a link led to."""
    try:
        page = read_page(job.url, job.body, job.content_type)
        visible, title = block_text(page.tree), page_title(page.tree)
        if is_parked(job.url, title, visible):
            return LinkOutcome(parked=True)
        refuse_no_page(page, visible, title)
    except PageError as error:
        return LinkOutcome(soft_404=error.reason == "soft-404", why=error.why)
    except MALFORMED as error:
        return LinkOutcome(why=f"layout 解析页面时出错（{type(error).__name__}）")
    return LinkOutcome()


def newest_shown(page: Page, day: date) -> date | None:
    """The newest day beside any link of a page that is not after `day`."""
    shown = {
        item_day(item.text_content()[:ITEM_LENGTH])
        for item in _ITEMS(page.tree)[:MOST_ITEMS]
        if len(item.text_content()) <= ITEM_LENGTH
    }
    return max((one for one in shown if one and one <= day), default=None)


def wordlists_of(site: Site | None) -> tuple[Wordlist, ...]:
    """The lists in force for a site: the shipped ones and the office's own folders."""
    own = (one for folder in (site.lists if site else ()) for one in load_wordlists(Path(folder)))
    return (*shipped(), *own)
