from datetime import date

from checks.model import Column
from crawler.page import Listed
from crawler.walk import Walk

DAY = date(2025, 9, 30)
COLUMN = Column("tzgg", "通知公告", "http://a.cn/tzgg.htm")


def listed(number: int, day: date | None = DAY, *, pinned: bool = False) -> Listed:
    return Listed(f"http://a.cn/{number}.htm", f"第{number}条", day, pinned)


def test_a_column_is_unread_until_a_page_was_read() -> None:
    snapshot = Walk(COLUMN).snapshot(DAY)
    assert (snapshot.read, snapshot.why) == (False, "timeout 尚未读取")


def test_an_entry_listed_twice_is_one_entry() -> None:
    walk = Walk(COLUMN)
    walk.add([listed(1), listed(2)])
    assert walk.add([listed(2), listed(3)]) == [walk.entries["http://a.cn/3.htm"]]
    assert len(walk.snapshot(DAY).entries) == 3


def test_a_failed_first_page_leaves_the_column_unread() -> None:
    walk = Walk(COLUMN)
    walk.failed("http-500 网站返回错误状态")
    assert walk.snapshot(DAY).why == "http-500 网站返回错误状态"


def test_a_failed_later_page_leaves_the_column_read_but_not_whole() -> None:
    walk = Walk(COLUMN)
    walk.add([listed(1)])
    walk.failed("http-500 网站返回错误状态")
    snapshot = walk.snapshot(DAY)
    assert (snapshot.read, snapshot.whole, snapshot.why) == (True, False, "")


def test_fewer_entries_than_claimed_is_not_whole() -> None:
    walk = Walk(COLUMN, total=2)
    walk.add([listed(1)])
    assert not walk.snapshot(DAY).whole
    walk.add([listed(2)])
    assert walk.snapshot(DAY).whole


def test_the_horizon_ends_a_walk_but_no_pinned_item_does() -> None:
    walk = Walk(COLUMN, horizon=date(2025, 6, 1))
    old = walk.add([listed(1, date(2024, 1, 1), pinned=True), listed(2, date(2025, 5, 31))])
    assert walk.past_horizon(old)
    fresh = walk.add([listed(3, date(2024, 1, 1), pinned=True), listed(4, date(2025, 6, 1))])
    assert not walk.past_horizon(fresh)
    assert not walk.past_horizon(walk.add([listed(5, None)]))
