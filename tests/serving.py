"""A few pages served on loopback while a block lasts: lists, articles, files, and what was asked for."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Line = tuple[str, str, date | None]


@dataclass
class Pages:
    """`lists` and `texts` are turned to pages when asked for, so that a test may change them.

    `texts` are bodies of articles (HTML); `raw` anything else: (content type, bytes). `status` overrides
    200. `asked` are the requests so far: (path, headers).
    """

    lists: dict[str, Sequence[Line]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    raw: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    dated: Mapping[str, date] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path in self.raw:
            kind, body = self.raw[path]
            return self.status.get(path, 200), kind, body
        text = self._list(path) if path in self.lists else self._article(path)
        if text is None:
            return 404, "text/html; charset=utf-8", "<title>404</title>页面不存在".encode()
        return self.status.get(path, 200), "text/html; charset=utf-8", text.encode()

    def _list(self, path: str) -> str:
        lines = "".join(
            f'<li><a href="{url}">{title}</a><span>{day or ""}</span></li>'
            for url, title, day in self.lists[path]
        )
        empty = "" if lines else "暂无信息"
        return f"<html><head><title>栏目</title></head><body><ul class='list'>{lines}</ul>{empty}</body></html>"

    def _article(self, path: str) -> str | None:
        if path not in self.texts:
            return None
        told = [line for lines in self.lists.values() for line in lines if line[0] == path]
        title = told[0][1] if told else "一篇文章"
        day = self.dated.get(path) or (told[0][2] if told else None) or date(2025, 9, 30)
        return (
            f'<html><head><title>{title}</title><meta name="ArticleTitle" content="{title}">'
            f'<meta name="PubDate" content="{day} 10:00"><meta name="ContentSource" content="县政府办"></head>'
            f"<body><h1>{title}</h1><div>发布时间：{day} 来源：县政府办</div>"
            f'<div id="vsb_content" class="v_news_content">{self.texts[path]}</div></body></html>'
        )

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of these pages, until the block ends."""
        pages = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                pages.asked.append((self.path, dict(self.headers.items())))
                status, kind, body = pages.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet: tests look at `asked`."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def site_of(folder: Path, address: str, columns: Sequence[str], more: str = "") -> Path:
    """A site file for pages served at `address`: columns by id, each at /id.htm. `more` goes into `site:`."""
    file = folder / "site.yaml"
    lines = "".join(f"  - {{id: {id}, name: 栏目{id}, url: /{id}.htm}}\n" for id in columns)
    file.write_text(
        f'site: {{id: ceshi, name: 测试县人民政府网, home: "{address}/", delay: 0{more}}}\n'
        "units:\n  - {id: zhengfuban, name: 测试县人民政府办公室, aliases: [县政府办]}\n"
        f"columns:\n{lines}",
        "utf-8",
    )
    return file
