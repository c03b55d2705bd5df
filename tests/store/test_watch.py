"""Probes and new-media posts as they are kept."""

from datetime import UTC, date, datetime, timedelta, timezone

from checks.model import Account, Site
from checks.watch import AccountSeen, Post, ProbeSeen
from store.database import Engine, reading, writing
from store.media import Saved, accounts_seen, last_post, save_look, save_posts
from store.probes import probes_between, save_probes

AT = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
DAY = date(2025, 9, 30)
WEIXIN = Account("weixin", "精河零距离")
SITE = Site(
    "jinghe", "精河", "https://www.example.test/", media=(WEIXIN, Account("douyin", "精河"))
)


def probed(at: datetime, *, opened: bool = True, control: bool | None = None) -> ProbeSeen:
    why = "" if opened else "timeout 超过15秒未打开"
    return ProbeSeen(at, "https://www.example.test/", opened, why, 0.25, control)


def test_probes_are_read_back_as_they_were(engine: Engine) -> None:
    many = (
        probed(AT),
        probed(AT, opened=False, control=False),
        probed(AT + timedelta(microseconds=1), control=True),
    )
    with writing(engine) as connection:
        save_probes(connection, "jinghe", many)
        save_probes(connection, "other", [probed(AT)])
        save_probes(connection, "jinghe", [])
    with reading(engine) as connection:
        later = AT + timedelta(days=1)
        assert probes_between(connection, "jinghe", AT, later) == many


def test_both_ends_of_a_period_of_probes_are_inside(engine: Engine) -> None:
    step = timedelta(microseconds=1)
    many = [probed(AT + step * n) for n in range(5)]
    with writing(engine) as connection:
        save_probes(connection, "jinghe", many)
    with reading(engine) as connection:
        found = probes_between(connection, "jinghe", AT + step, AT + 3 * step)
    assert found == tuple(many[1:4])


def test_instants_are_the_same_in_any_zone(engine: Engine) -> None:
    east = AT.astimezone(timezone(timedelta(hours=8)))
    with writing(engine) as connection:
        save_probes(connection, "jinghe", [probed(east)])
    with reading(engine) as connection:
        (one,) = probes_between(connection, "jinghe", east, east)
    assert (one.at, one.at.tzinfo) == (AT, UTC)


def posts(*days: int, title: str = "甲") -> list[Post]:
    return [Post(date(2025, 9, day), title, f"https://mp.example/{day}") for day in days]


def save(engine: Engine, many: list[Post], account: str = "weixin") -> Saved:
    with writing(engine) as connection:
        return save_posts(connection, "jinghe", account, many, origin="feed", day=DAY)


def test_the_same_posts_again_change_nothing(engine: Engine) -> None:
    assert save(engine, posts(1, 5, 5)) == Saved(2, 0, 0)
    assert save(engine, posts(1, 5)) == Saved(0, 0, 2)
    assert save(engine, [*posts(5, title="乙"), *posts(7)]) == Saved(1, 1, 0)
    assert save(engine, posts(1), "douyin") == Saved(1, 0, 0)
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT account, address, title, origin FROM media_posts ORDER BY account, address"
        )
        assert [tuple(row) for row in rows] == [
            ("douyin", "https://mp.example/1", "甲", "feed"),
            ("weixin", "https://mp.example/1", "甲", "feed"),
            ("weixin", "https://mp.example/5", "乙", "feed"),
            ("weixin", "https://mp.example/7", "甲", "feed"),
        ]


def test_more_posts_than_one_statement_names(engine: Engine) -> None:
    many = [Post(DAY, "甲", f"https://mp.example/{n}") for n in range(1200)]
    assert save(engine, many) == Saved(1200, 0, 0)
    assert save(engine, many) == Saved(0, 0, 1200)


def test_the_last_post_up_to_a_day(engine: Engine) -> None:
    save(engine, posts(1, 5, 20))
    with reading(engine) as connection:
        days = [last_post(connection, "jinghe", "weixin", date(2025, 9, n)) for n in (4, 5, 19, 20)]
        assert days == [date(2025, 9, n) for n in (1, 5, 5, 20)]
        assert last_post(connection, "jinghe", "weixin", date(2025, 8, 31)) is None


def look(engine: Engine, day: int, why: str = "") -> None:
    with writing(engine) as connection:
        save_look(connection, "jinghe", "weixin", date(2025, 9, day), why)


def weixin(engine: Engine, day: int = 30) -> AccountSeen:
    with reading(engine) as connection:
        return accounts_seen(connection, SITE, date(2025, 9, day))[0]


def test_what_is_known_of_an_account(engine: Engine) -> None:
    assert weixin(engine) == AccountSeen(WEIXIN)
    look(engine, 10, "dns 域名无法解析")
    assert weixin(engine) == AccountSeen(WEIXIN, why="dns 域名无法解析")
    save(engine, posts(1))
    look(engine, 12)
    assert weixin(engine) == AccountSeen(WEIXIN, date(2025, 9, 1), date(2025, 9, 12))
    look(engine, 13, "timeout x")
    assert weixin(engine) == AccountSeen(WEIXIN, date(2025, 9, 1), date(2025, 9, 12), "timeout x")
    assert weixin(engine, 11) == AccountSeen(
        WEIXIN, date(2025, 9, 1), date(2025, 9, 1), "dns 域名无法解析"
    )


def test_a_post_is_known_on_its_own_day_whatever_the_looks_say(engine: Engine) -> None:
    save(engine, posts(1, 20))
    look(engine, 12)
    assert weixin(engine) == AccountSeen(WEIXIN, date(2025, 9, 20), date(2025, 9, 20))


def test_a_day_once_known_stays_known(engine: Engine) -> None:
    save(engine, posts(1))
    look(engine, 12)
    look(engine, 12, "timeout x")
    assert weixin(engine) == AccountSeen(WEIXIN, date(2025, 9, 1), date(2025, 9, 12))
    look(engine, 13, "timeout x")
    look(engine, 13)
    assert weixin(engine).known == date(2025, 9, 13)
