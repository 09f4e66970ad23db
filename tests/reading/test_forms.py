"""Title pages that are forms."""

from chatpaper.reading.forms import author, title
from chatpaper.reading.marks import Line, line_of

from .made import line, word

COVER = [
    line("单位代码： 10335", base=60),
    line("硕士专业学位论文", base=100, size=24),
    line("中文论文题目： 面向社区的疾病诊断", base=200, size=18),
    line("支持系统设计与实现", base=228, size=18),
    line("英文论文题目： The Design of a System", base=256, size=18),
    line("申请人姓名： 冯冠军", base=300),
    line("指导教师： 吕旭东 教授", base=330),
]


def test_labels_name_the_title_and_the_author() -> None:
    assert [one.text for one in title(COVER)] == ["面向社区的疾病诊断", "支持系统设计与实现"]
    assert author(COVER) == "冯冠军"


def test_a_title_has_other_names() -> None:
    assert [one.text for one in title([line("题名：数据与模型的学习", size=18)])] == ["数据与模型的学习"]


def test_bylines_are_no_forms() -> None:
    assert author([line("作者：赵鑫，周昆*，李军毅"), line("作者简介：赵鑫（1980-），男")]) == ""
    assert title([line("题目一出"), line("大语言模型综述")]) == []


def at(text: str, x: float, base: float, size: float = 15.0) -> Line:
    return line_of(1, 0, 0, (word(text, x, size=size, base=base),))


TABLE = [
    at("题目", 176, 348),
    at("基于蚁群的一种任务调度", 216, 353, 16),
    at("Title", 178, 369),
    at("算法研究", 216, 394, 16),
    at("院系", 176, 415),
    at("计算机学院", 216, 418, 16),
    at("学生姓名", 146, 548),
    at("陈慕", 216, 553, 16),
]


def test_labels_stand_in_a_column_of_their_own() -> None:
    assert [one.text for one in title(TABLE)] == ["基于蚁群的一种任务调度", "算法研究"]
    assert author(TABLE) == "陈慕"


def test_a_label_whose_letters_stand_apart() -> None:
    parts = (word("题", 150, size=18), word("目", 215, size=18), word("微博情感分析", 240, size=18))
    below = [at("系统的设计", 242, 128, 18), at("指导教师", 152, 158)]
    assert [one.text for one in title([line_of(1, 0, 0, parts), *below])] == ["微博情感分析", "系统的设计"]
