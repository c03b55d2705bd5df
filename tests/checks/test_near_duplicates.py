"""What repeats an earlier article and what only looks alike."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.near_duplicates import (
    Earlier,
    Wording,
    figures,
    is_prose,
    is_series,
    likeness,
    says_again,
    shingles,
)

BODY = (
    "近日，县水利局组织技术人员深入各乡镇开展渠系秋季清淤检修工作，重点检查干渠闸门、支渠衬砌和机井配套设施，督促各用水户协会落实管护责任，确保冬灌用水安全有序。"
    "检修中，技术人员对发现的渗漏、淤积、破损等问题逐一登记，能够当场处理的立即处理，不能当场处理的列出清单限期整改。"
    "截至目前，全县已清淤渠道120公里，检修闸门35座，维修机井48眼，惠及农田6.2万亩，群众对此表示满意。"
    "下一步，县水利局将继续加大巡查力度，强化水利设施日常管护，切实提高水资源利用效率，为全县农业增产农民增收提供坚实的水利保障。"
)
OTHER = (
    "为进一步增强广大群众节约用水意识，县水利局工作人员走进社区、校园和企业，通过悬挂横幅、摆放展板、发放资料、现场讲解等形式，宣传水法律法规和节水小常识。"
    "活动现场，工作人员结合本县水资源短缺的实际，用通俗易懂的语言向过往群众介绍家庭节水窍门，倡导大家从身边小事做起，养成良好的用水习惯。"
    "居民纷纷表示，将积极参与到节水行动中来，带动家人和邻居共同珍惜每一滴水，让节约用水成为自觉行动和生活风尚。"
)
SENTENCES = [one for one in (BODY + OTHER).split("。") if one]
FIRST = Wording("县水利局开展渠系清淤检修", BODY)


def again(title: str, body: str, percent: int = 90) -> bool:
    return says_again(FIRST, Wording(title, body), percent)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("县水利局开展渠系清淤检修", BODY),
        ("秋季清淤忙 冬灌有保障", BODY),
        ("秋季清淤忙 冬灌有保障", BODY.replace("近日", "9月12日")),
        ("秋季清淤忙 冬灌有保障", BODY.replace("近日", "2025年9月12日上午10:30")),
        ("秋季清淤忙 冬灌有保障", BODY.replace("，", ",\n").replace("县水利局", "县 水 利 局")),
        ("秋季清淤忙 冬灌有保障", BODY.replace("群众对此表示满意", "赢得群众好评")),
    ],
)
def test_the_same_under_another_title_or_day_is_a_repeat(title: str, body: str) -> None:
    assert again(title, body)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("节水宣传进社区", OTHER),
        ("县水利局再开展渠系清淤检修", BODY.replace("120公里", "150公里")),
        ("秋季清淤忙", BODY[:230] + OTHER),
        ("县水利局关于渠系清淤检修的公告", BODY.replace("群众对此表示满意", "赢得群众好评")),
    ],
)
def test_another_text_other_figures_and_forms_are_none(title: str, body: str) -> None:
    assert not again(title, body)


@pytest.mark.parametrize(
    ("a", "b", "series"),
    [
        ("农产品价格监测第3期", "农产品价格监测第4期", True),
        ("农产品价格监测第三期", "农产品价格监测第十四期", True),
        ("2025年9月空气质量", "2025年10月空气质量", True),
        ("全县一季度水利工作综述", "全县二季度水利工作综述", True),
        ("农产品价格监测第3期", "农产品价格监测第3期", False),
        ("县水利局开展清淤", "县水利局组织清淤", False),
    ],
)
def test_titles_that_differ_in_numbers_only_are_a_series(a: str, b: str, series: bool) -> None:  # noqa: FBT001
    assert is_series(a, b) is is_series(b, a) is series
    assert says_again(Wording(a, BODY), Wording(b, BODY), 90) is not series


def test_a_diary_under_other_days_is_a_repeat() -> None:
    diary = "".join(f"{{}}月{{}}日，{one}。" for one in SENTENCES)
    july = diary.format(*(n for day in range(1, 20) for n in (7, day)))
    september = diary.format(*(n for day in range(11, 30) for n in ("九", day)))
    assert july != september
    assert says_again(Wording("七月水利", july), Wording("防汛纪实", september), 100)


def test_a_form_repeats_only_in_the_very_same_words() -> None:
    a, b = Wording("停水通知", BODY), Wording("停水通知", BODY.replace("120公里", "12公里"))
    assert says_again(a, a, 90) and not says_again(a, b, 90)


TABLE = "\n".join(
    f"白菜 {n}.5 元/公斤\n土豆 3.{n} 元/公斤\n值班人员 张某 0909-53{n}" for n in range(60)
)
ROSTER = "\n".join(f"星期{d} 带班领导 值班人员 联系方式" for d in "一二三四五六日" * 12)


@pytest.mark.parametrize("body", [TABLE, ROSTER])
def test_price_lists_and_rosters_are_not_prose(body: str) -> None:
    assert len(body) > 400 and not is_prose(body, 200)


def test_prose_begins_at_a_number_of_characters() -> None:
    text = "".join(BODY.split())
    assert [is_prose(text[:n], 200) for n in (199, 200, 201)] == [False, True, True]


def test_dates_are_not_figures() -> None:
    assert figures("2025年9月5日上午10:30，检查企业12家，整改3.5万元，9月5日至7日") == {"12": 1, "3.5": 1}  # fmt: skip


def run(articles: list[tuple[int, date, Wording]], percent: int = 90) -> list[int | None]:
    known = {key: wording for key, _, wording in articles}
    earlier = Earlier(known.__getitem__, percent=percent, days=92, characters=200)
    return [earlier.repeated(key, day, wording) for key, day, wording in articles]


DAY = date(2025, 7, 1)


@pytest.mark.parametrize(("days", "found"), [(0, 1), (91, 1), (92, 1), (93, None)])
def test_only_the_last_quarter_is_compared(days: int, found: int | None) -> None:
    later = Wording("秋季清淤忙", BODY)
    assert run([(1, DAY, FIRST), (2, DAY + timedelta(days=days), later)]) == [None, found]


def test_each_later_one_names_the_one_before_it() -> None:
    titles = ("清淤检修", "秋季清淤忙", "冬灌有保障", "水利惠民生")
    articles = [(n, DAY + timedelta(days=30 * n), Wording(t, BODY)) for n, t in enumerate(titles)]
    assert run(articles) == [None, 0, 1, 2]


TEXTS = st.lists(st.sampled_from([f"{one}。" for one in SENTENCES]), min_size=1, unique=True).map(
    "".join
)
WORDINGS = st.builds(
    Wording, st.sampled_from(["清淤", "节水", "第1期", "第2期", "停水通知"]), TEXTS
)


@settings(deadline=None)
@given(WORDINGS, WORDINGS, st.integers(0, 100))
def test_likeness_is_symmetrical(a: Wording, b: Wording, percent: int) -> None:
    assert says_again(a, b, percent) == says_again(b, a, percent)
    assert likeness(shingles(a.body), shingles(b.body)) == likeness(
        shingles(b.body), shingles(a.body)
    )
    assert says_again(a, a, 100)


@settings(deadline=None)
@given(st.lists(WORDINGS, max_size=12))
def test_the_same_articles_give_the_same_repeats_and_each_is_true(many: list[Wording]) -> None:
    articles = [(n, DAY + timedelta(days=n), one) for n, one in enumerate(many)]
    found = run(articles)
    assert found == run(articles)
    for key, earlier in enumerate(found):
        if earlier is not None:
            assert earlier < key and says_again(many[earlier], many[key], 90)


def test_of_what_is_the_same_only_the_latest_is_looked_at_again() -> None:
    asked: list[int] = []

    def wording(key: int) -> Wording:
        asked.append(key)
        return FIRST

    earlier = Earlier(wording, percent=90, days=92, characters=200)
    found = [earlier.repeated(n, DAY, FIRST) for n in range(50)]
    assert found == [None, *range(49)] and asked == [*range(49)] and len(earlier) == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from([BODY, OTHER * 2, OTHER + BODY]), max_size=9), st.randoms())
def test_all_but_the_first_of_each_text_repeat_in_whatever_order(
    bodies: list[str], order: random.Random
) -> None:
    order.shuffle(bodies)
    found = run([(n, DAY, Wording(f"题{chr(0x5000 + n)}", body)) for n, body in enumerate(bodies)])
    assert sum(one is None for one in found) == len(set(bodies))


def test_no_near_repeat_is_missed_among_many() -> None:
    """A text with a few words changed is found among 300 others, whatever the words."""
    chosen = random.Random(7)
    letters = [chr(c) for c in range(0x4E00, 0x5E00)]
    texts = ["".join(chosen.choices(letters, k=600)) for _ in range(300)]
    articles = [(n, DAY, Wording(f"题{letters[n]}", text)) for n, text in enumerate(texts)]
    for n, text in enumerate(texts):
        place = chosen.randrange(560)
        changed = text[:place] + "".join(chosen.choices(letters, k=20)) + text[place + 20 :]
        articles.append((1000 + n, DAY, Wording(f"另{letters[n]}", changed)))
    assert run(articles) == [None] * 300 + list(range(300))
