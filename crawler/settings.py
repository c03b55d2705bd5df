"""Scrapy's settings. What differs by site (delay, user agent, hosts) is in `site_settings`."""

from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from checks.model import Site

BOT_NAME = "lanmu"
SPIDER_MODULES = ["crawler.spiders"]
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Lanmu"
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # never more often than the site file says, not even by chance
DOWNLOAD_TIMEOUT = 60  # seconds a page, from the name's resolution to the last byte
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # bytes, before and after decompression
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
METAREFRESH_MAXDELAY = 10  # seconds; a page that sends its reader away later is read as it is
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # a 429 is obeyed, not repeated
COOKIES_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # Scrapy's own asks for English
}
TELNETCONSOLE_ENABLED = False
CONCURRENT_ITEMS = 1  # the default starts 100 tasks for each response
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.guard.GuardedHandler") | {
    "file": None, "data": None, "ftp": None, "s3": None,
}  # fmt: skip
DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.AddressGuard": 50,
    "crawler.robots.RobotsObeyed": 100,
    "crawler.patience.Patience": 560,
    "crawler.responses.MetaRefreshed": 580,
    "crawler.responses.BoundedUnpacking": 590,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
}
ROBOTSTXT_PARSER = "crawler.robots.FirstOfRobots"
LANMU_RESOLVER = "aiohttp.resolver.ThreadedResolver"
LANMU_NIGHT_SECONDS = 20 * 3600  # a night ends before the next one begins
# What these would do is done once, when a link is taken up (guard.refusal) or not needed at all; each costs
# every response a pass through a generator.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
ITEM_PIPELINES = {"crawler.pipeline.StorePipeline": 300}
LOGSTATS_INTERVAL = 0
LOG_LEVEL = "ERROR"

#: TLS 1.0, 1024-bit keys, SHA-1: what a site has to ask for in its file.
OLD_TLS = {
    "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT:@SECLEVEL=0",
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0",
}


def site_settings(site: Site) -> dict[str, Any]:
    """Scrapy's settings that come from the site file. `delay` is seconds between requests to a host."""
    office = site.office or f"{site.name}栏目巡查"
    return {
        "USER_AGENT": f"Lanmu/{version('lanmu')} (+{site.home}; {quote(office)})",
        "DOWNLOAD_DELAY": site.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2 if site.delay else 16,
        "LANMU_HOSTS": sorted(site.hosts),
        **(OLD_TLS if site.legacy_tls else {}),
    }
