"""Serves the demo county on loopback, for as long as a `with` block lasts."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from crawler import clock
from crawler.demo import pages
from crawler.demo.county import DemoArticle, DemoColumn, columns, data
from crawler.demo.pages import address

#: Where the county lies: its day begins eight hours before UTC's.
TIMEZONE = "Asia/Shanghai"
ROBOTS = "User-agent: *\nDisallow: /private/\n"


class County:
    """Every page of the county for one day: (status, content type, bytes) by path."""

    def __init__(self, today: date, robots: str = ROBOTS) -> None:
        self._today = pages.long_day(today)
        self.columns = columns(today)
        self._owners = {
            one.id: column for column in reversed(self.columns) for one in self._own(column)
        }
        self._pages: dict[str, tuple[int, str, bytes]] = {}
        self._put("/robots.txt", robots, kind="text/plain; charset=utf-8")
        self._put("/", pages.home_page(self.columns, self._today))
        self._put("/wzdt.htm", pages.site_map(self.columns, self._today))
        for column in self.columns:
            self._put_lists(column)
            self._put_articles(column)

    def _own(self, column: DemoColumn) -> list[DemoArticle]:
        listed_elsewhere = {
            one["id"] for about in data("county.yaml")["columns"] if about["id"] != column.about["id"] for one in about["articles"]
        }  # fmt: skip
        return [one for one in column.articles if one.id not in listed_elsewhere]

    def _put(
        self,
        path: str,
        text: str,
        *,
        status: int = 200,
        kind: str = "text/html; charset=utf-8",
        charset: str = "utf-8",
    ) -> None:
        self._pages[path] = (status, kind, text.encode(charset))

    def _put_lists(self, column: DemoColumn) -> None:
        about, url = column.about, str(column.about["url"])
        if about.get("broken"):
            self._put(url, "服务器内部错误", status=int(about["broken"]))
        elif about.get("script"):
            self._put(url, pages.script_list(str(about["name"]), self._today))
        else:
            for number in range(1, column.count + 1):
                text = pages.list_page(column, self._owners, number, self._today)
                self._put_page(column, self._list_path(column, number), text)

    def _put_page(self, column: DemoColumn, path: str, text: str) -> None:
        """A page in its column's charset; `wrong_header` says utf-8 whatever it is in."""
        charset = column.about.get("charset", "utf-8")
        said = "utf-8" if column.about.get("wrong_header") else charset
        self._put(path, text, kind=f"text/html; charset={said}", charset=charset)

    def _list_path(self, column: DemoColumn, number: int) -> str:
        url = str(column.about["url"])
        if number == 1:
            return url
        if column.family == "vsb":
            return f"{url.removesuffix('.htm')}/{column.count - number + 1}.htm"
        if column.family == "trs":
            return f"{url}index_{number - 1}.html"
        return f"{url}index_{number}.shtml"

    def _put_articles(self, column: DemoColumn) -> None:
        for one in column.articles:
            if self._owners[one.id] is not column or one.dead:
                continue
            for part in range(len(one.pages)):
                text = pages.article_page(column, one, part, self._today)
                self._put_page(column, address(column, one, part), text)

    def answer(self, target: str, form: str) -> tuple[int, str, bytes]:
        """What the county answers to a request for `target` with the posted `form`."""
        parts = urlsplit(target)
        query = {name: many[0] for name, many in parse_qs(parts.query).items()}
        if parts.path.startswith("/common/search/"):
            column = next(c for c in self.columns if c.about.get("json"))
            text = pages.json_list(column, _number(query.get("page"), 1))
            return 200, "application/json; charset=utf-8", text.encode()
        if parts.path.endswith("/dataproxy.jsp"):
            id = parse_qs(form).get("columnid", [""])[0]
            for column in self.columns:
                if column.about["id"] == id:
                    first = _number(query.get("startrecord"), 1)
                    text = pages.records(column, first, _number(query.get("endrecord"), first))
                    return 200, "text/xml; charset=utf-8", text.encode()
        missing = (404, "text/html; charset=utf-8", "<title>404错误提示</title>页面不存在".encode())
        return self._pages.get(parts.path, missing)


def _number(written: str | None, otherwise: int) -> int:
    """What a visitor wrote as a number; `otherwise` where it is none."""
    return int(written) if written and re.fullmatch(r"[0-9]{1,9}", written) else otherwise


@contextmanager
def serve(port: int = 0, today: date | None = None, robots: str = ROBOTS) -> Iterator[str]:
    """The county's address on loopback while the block lasts. Port 0: any free one."""
    county = County(today or clock.now().astimezone(ZoneInfo(TIMEZONE)).date(), robots)

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            self._send("")

        def do_POST(self) -> None:
            length = min(_number(self.headers.get("Content-Length"), 0), 65536)
            self._send(self.rfile.read(length).decode("utf-8", "replace"))

        def _send(self, form: str) -> None:
            status, kind, body = county.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet: the crawl tells what happened."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def demo_site_file(base_url: str, folder: Path) -> Path:
    """Write the demo county's site file for a server at `base_url`; gives back its path."""
    county = data("county.yaml")
    kept = ("id", "name", "url", "kind", "units", "expects")
    document = {
        "site": {"id": "yunhe", "name": county["name"], "home": f"{base_url}/", "code": "0000000001",
                 "office": "云河县政务公开办公室", "delay": 0},
        "units": county["units"],
        "columns": [{key: about[key] for key in kept if key in about} for about in county["columns"]],
    }  # fmt: skip
    file = folder / "site.yaml"
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 10_000
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(document, out)
    return file
