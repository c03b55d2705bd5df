"""Other people's saved pages served as a site: nothing in them stops a night."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from checks.site import load_site
from crawler.night import run_nights
from tests.county import DAY

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pages"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    answers = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_night_over_the_saved_pages(tmp_path: Path) -> None:
    if not FOLDER.is_dir():
        pytest.skip("../shared/data/pages is absent")
    names = sorted(path.name for path in FOLDER.glob("*list*.html"))
    with served(FOLDER) as address:
        columns = "".join(
            f'  - {{id: c{n}, name: "{name}", url: "/{quote(name)}", family: generic}}\n'
            for n, name in enumerate(names)
        )
        file = tmp_path / "site.yaml"
        file.write_text(
            f'site: {{id: saved, name: 存页, home: "{address}/", delay: 0, links: {{requests: 0}}}}\ncolumns:\n{columns}',
            "utf-8",
        )
        # the pages link to the whole world: none of that is asked for
        (night,) = run_nights([load_site(file)], f"sqlite:///{tmp_path}/s.db", day=DAY)
    read = [one for one in night.verdicts if one.state != "unread"]
    print(len(night.verdicts), len(read), sum(one.entries for one in read), night.requests)
    assert len(read) >= len(names) // 2
    assert all(one.why.split()[0] in {"layout", "rendered"} for one in night.verdicts if one.why)
    assert not any(one.state == "empty" for one in night.verdicts)
