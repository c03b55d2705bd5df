import pytest

from checks.boundary import clause, splits_word


def marked(text: str) -> tuple[str, int, int]:
    start, end = text.index("‹"), text.index("›") - 1
    return text.replace("‹", "").replace("›", ""), start, end


@pytest.mark.parametrize(
    "text",
    ["推动县级数据平‹台独›立运行", "行政执‹法轮›训", "不动产登‹记律›师见证", "旧‹扶贫办›公用房"],
)
def test_a_hit_across_two_words_splits(text: str) -> None:
    assert splits_word(*marked(text))


@pytest.mark.parametrize(
    "text",
    [
        "该遗址‹座落›在县城以北",
        "建成‹渡假›村一座",
        "加强‹弱智›儿童康复",
        "县‹国税›局组织培训",
        "‹布署›工作",
        "作出‹布署›",
    ],
)
def test_a_hit_that_is_or_lies_in_a_word_does_not(text: str) -> None:
    assert not splits_word(*marked(text))


def test_a_unit_name_is_a_word() -> None:
    text, start, end = marked("阿合其农‹场管›委")
    assert splits_word(text, start, end, frozenset({"阿合其农场"}))


def test_the_clause_is_bounded_by_punctuation_and_length() -> None:
    text, start, end = marked("前面一句。全县‹布署›工作，后面一句")
    left, right = clause(text, start, end)
    assert text[left:right] == "全县布署工作"
    text, start, end = marked("甲" * 50 + "‹布署›" + "乙" * 50)
    left, right = clause(text, start, end)
    assert (start - left, right - end) == (20, 20)
