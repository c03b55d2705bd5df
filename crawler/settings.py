"""Scrapy's settings. What differs by site (delay, user agent, hosts) is set by the spider from the site file."""

BOT_NAME = "lanmu"
SPIDER_MODULES = ["crawler.spiders"]
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Lanmu"
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # never more often than the site file says, not even by chance
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # bytes, before and after decompression
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # a 429 is obeyed, not repeated
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
CONCURRENT_ITEMS = 1  # the default starts 100 tasks for each response
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.guard.GuardedHandler") | {
    "file": None, "data": None, "ftp": None, "s3": None,
}  # fmt: skip
DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.AddressGuard": 50,
    "crawler.guard.RobotsObeyed": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
}
ITEM_PIPELINES = {"crawler.pipeline.StorePipeline": 300}
LOG_LEVEL = "ERROR"
