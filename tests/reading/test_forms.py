"""Title pages that are forms."""

from chatpaper.reading.forms import author, title

from .made import line

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


def test_bylines_are_no_forms() -> None:
    assert author([line("作者：赵鑫，周昆*，李军毅"), line("作者简介：赵鑫（1980-），男")]) == ""
    assert title([line("题目一出"), line("大语言模型综述")]) == []
