from datetime import date

import pytest

from checks.model import Column
from crawler.page import Listed
from crawler.walk import Walk
from store.walks import Ground

DAY = date(2025, 9, 30)
COLUMN = Column("tzgg", "通知公告", "http://a.cn/tzgg.htm")


def listed(number: int, day: date | None = DAY, *, pinned: bool = False) -> Listed:
    return Listed(f"http://a.cn/{number}.htm", f"第{number}条", day, pinned)


def test_a_column_is_unread_until_a_page_was_read() -> None:
    assert (Walk(COLUMN).pages, Walk(COLUMN).why) == (0, "timeout 尚未读取")


def test_an_entry_listed_twice_is_one_entry() -> None:
    walk = Walk(COLUMN)
    walk.add([listed(1), listed(2)])
    assert walk.add([listed(2), listed(3)]) == [walk.entries["http://a.cn/3.htm"]]
    assert (len(walk.entries), walk.met) == (3, 3)


def test_a_failed_first_page_leaves_the_column_unread() -> None:
    walk = Walk(COLUMN)
    walk.failed("http-500 网站返回错误状态")
    assert (walk.pages, walk.why) == (0, "http-500 网站返回错误状态")


def test_a_failed_later_page_leaves_the_column_read_but_not_whole() -> None:
    walk = Walk(COLUMN)
    walk.add([listed(1)])
    walk.failed("http-500 网站返回错误状态")
    walk.ended = True
    assert (walk.pages, walk.seen_enough, walk.why) == (1, False, "")


def test_fewer_entries_than_claimed_is_not_whole() -> None:
    walk = Walk(COLUMN, total=2, ended=True)
    walk.add([listed(1)])
    assert not walk.whole and not walk.seen_enough
    walk.add([listed(2)])
    assert walk.whole and walk.seen_enough


WALKED = Ground(walked=DAY, whole=DAY, total=10)


@pytest.mark.parametrize(
    ("ground", "total", "settled", "stops"),
    [
        (None, None, {1, 2}, False),  # to be walked to the end
        (Ground(), None, {1, 2}, False),  # never reached before: a night was cut
        (Ground(walked=DAY), None, {1, 2}, True),
        (WALKED, 10, {1, 2}, True),
        (WALKED, 10, {1}, False),  # one is new
        (WALKED, 12, {1, 2}, False),  # the list grew, and nothing new was met yet
        (WALKED, 9, {1, 2}, True),  # the list shrank
    ],
)
def test_a_walk_stops_where_everything_was_reached_before(
    ground: Ground | None,
    total: int | None,
    settled: set[int],
    stops: bool,  # noqa: FBT001
) -> None:
    walk = Walk(COLUMN, ground=ground, total=total)
    page = walk.add([listed(1), listed(2)])
    assert walk.on_known_ground(page, {f"http://a.cn/{n}.htm" for n in settled}) is stops


def test_growth_that_new_entries_explain_does_not_keep_a_walk_going() -> None:
    walk = Walk(COLUMN, ground=WALKED, total=12)
    assert not walk.on_known_ground(walk.add([listed(1), listed(2)]), set())
    page = walk.add([listed(3), listed(4)])
    assert walk.on_known_ground(page, {"http://a.cn/3.htm", "http://a.cn/4.htm"})


def test_pinned_old_entries_are_no_known_ground_by_themselves() -> None:
    walk = Walk(COLUMN, ground=WALKED)
    page = walk.add([listed(1, pinned=True)])
    assert not walk.on_known_ground(page, {"http://a.cn/1.htm"})


def test_known_ground_is_enough_only_where_the_end_was_reached_once() -> None:
    assert Walk(COLUMN, ground=WALKED, reached=True).seen_enough
    assert not Walk(COLUMN, ground=Ground(walked=DAY), reached=True).seen_enough


def test_the_horizon_ends_a_walk_but_no_pinned_item_does() -> None:
    walk = Walk(COLUMN, horizon=date(2025, 6, 1))
    old = walk.add([listed(1, date(2024, 1, 1), pinned=True), listed(2, date(2025, 5, 31))])
    assert walk.past_horizon(old)
    fresh = walk.add([listed(3, date(2024, 1, 1), pinned=True), listed(4, date(2025, 6, 1))])
    assert not walk.past_horizon(fresh)
    assert not walk.past_horizon(walk.add([listed(5, None)]))
