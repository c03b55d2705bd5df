"""Makes the README's pictures: an editor's day at the demo county, in Chromium. `make pictures`."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, Page

from store.database import writing
from store.ledger import ledger_rows, move
from tests.county import crawled_county
from tests.desk.console.browsing import chromium, sign_in, window
from tests.desk.console.desk import NOON, Desk, county_desk

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
HEIGHT = 760
TITLE = "全县秋季农业生产调度会召开"
DRAFT = (
    "9月29日，县委副书记、县长主持召开全县秋季农业生产调度会，对下一步工作作出布署。\n"
    "会议要求，各乡镇要坚决做到“两个维护”，做到“二个维护”贯穿工作始终，统筹推进乡村振新工作。\n"
    "今年以来，全县共办结涉农事项12件，其中春耕7件、秋收6件。"
)
MENDED = DRAFT.replace("布署", "部署").replace("二个维护", "两个维护").replace("振新", "振兴")


def some_work_done(desk: Desk) -> None:
    """A ledger in which something was confirmed, notified, reported; one deadline is past."""
    with writing(desk.engine) as connection:
        rows = ledger_rows(connection, desk.site, date(2025, 9, 30))
        sure = [row.id for row in rows if row.finding.severity > 1]
        early = NOON - timedelta(days=12)
        for ids, to, due in (
            (sure[:7], "confirmed", None),
            (sure[:2], "notified", date(2025, 9, 26)),
            (sure[2:5], "notified", date(2025, 10, 10)),
            (sure[2:3], "claimed", None),
        ):
            move(connection, desk.site, ids, to, who="公开办戊", why="", at=early, due=due)


def shot(page: Page, name: str, height: int = HEIGHT) -> None:
    page.wait_for_load_state("networkidle")
    clip = {"x": 0, "y": 0, "width": 1280, "height": height}
    page.screenshot(path=str(FOLDER / f"{name}.png"), clip=clip, full_page=True)  # type: ignore[arg-type]


def taken(browser: Browser, desk: Desk) -> None:
    site = f"/s/{desk.site.id}"
    with window(browser, desk.address) as page:
        sign_in(page, "bianji")
        page.goto(f"{site}/check")
        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("正文", exact=True).fill(DRAFT)
        page.locator("mark").first.wait_for()
        page.wait_for_timeout(800)
        shot(page, "check")
        page.goto(f"{site}/reviews/new")
        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("责任单位").select_option(index=3)
        page.get_by_label("正文", exact=True).fill(MENDED.replace("两个维护”贯穿", "二个维护”贯穿"))
        page.get_by_role("button", name="保存稿件").click()
        page.get_by_role("button", name="送审").click()
        draft = page.url.partition("?")[0]
    for name in ("chushen", "fushen"):
        with window(browser, desk.address) as page:
            sign_in(page, name)
            page.goto(draft)
            page.get_by_role("button", name="通过").click()
    with window(browser, desk.address) as page:
        sign_in(page, "zhongshen")
        page.goto(draft)
        shot(page, "review", 1100)
    with window(browser, desk.address) as page:
        sign_in(page, "zhengwu")
        for room, height in (("", HEIGHT), ("columns", 900), ("ledger", 900)):
            page.goto(f"{site}/{room}")
            shot(page, room or "home", height)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "desk").mkdir()
        with patch("crawler.clock.now", lambda: NOON - timedelta(hours=8)):
            with crawled_county(folder) as county:
                pass
            with county_desk(county, folder / "desk") as desk:
                some_work_done(desk)
                with chromium() as browser:
                    taken(browser, desk)
    print("\n".join(sorted(str(one) for one in FOLDER.glob("*.png"))))


if __name__ == "__main__":
    main()
