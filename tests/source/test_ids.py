import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatpaper.errors import BadArxivId
from chatpaper.source import ArxivId, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2404.12920", "2404.12920"),
        ("2404.12920v1", "2404.12920v1"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("arXiv:2404.12920v2", "2404.12920v2"),
        ("ARXIV: 2404.12920V2", "2404.12920v2"),
        ("arxiv 2404.12920", "2404.12920"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("HEP-TH/9901001v3", "hep-th/9901001v3"),
        ("math.GT/0309136v1", "math/0309136v1"),
        ("cond-mat.supr-con/0309136", "cond-mat/0309136"),
        ("https://arxiv.org/abs/2404.12920", "2404.12920"),
        ("http://arxiv.org/abs/2404.12920v1", "2404.12920v1"),
        ("arxiv.org/abs/hep-th/9901001v1", "hep-th/9901001v1"),
        ("https://www.arxiv.org/pdf/2404.12920", "2404.12920"),
        ("https://arxiv.org/pdf/2404.12920v1.pdf", "2404.12920v1"),
        ("https://arxiv.org/pdf/math/0309136.pdf", "math/0309136"),
        ("https://arxiv.org/html/2404.12920v1", "2404.12920v1"),
        ("https://arxiv.org/html/2404.12920v1#S3.SS1", "2404.12920v1"),
        ("https://arxiv.org/abs/2404.12920?context=cs.LG", "2404.12920"),
        ("https://arxiv.org/abs/2404.12920/", "2404.12920"),
        ("https://arxiv.org/abs/arXiv:2404.12920", "2404.12920"),
        ("https://export.arxiv.org/abs/2404.12920", "2404.12920"),
        ("http://127.0.0.1.export.arxiv.org:80/abs/2404.12920", "2404.12920"),
        ("https://ar5iv.labs.arxiv.org/html/2404.12920", "2404.12920"),
        ("https://ar5iv.org/abs/2404.12920", "2404.12920"),
        ("https://www.alphaxiv.org/abs/2404.12920v1", "2404.12920v1"),
        ("https://www.alphaxiv.org/overview/2404.12920", "2404.12920"),
        ("https://huggingface.co/papers/2404.12920", "2404.12920"),
        ("https://doi.org/10.48550/arXiv.2404.12920", "2404.12920"),
        ("10.48550/arXiv.hep-th/9901001", "hep-th/9901001"),
        ("doi:10.48550/arXiv.2404.12920", "2404.12920"),
        ("arXiv:2404.12920v1 [cs.CV] 19 Apr 2024", "2404.12920v1"),
        ("2404.12920v1 [cs.CV]", "2404.12920v1"),
        ("  2404.12920 \n", "2404.12920"),
        ("\u200b2404.12920\ufeff", "2404.12920"),
        ("ａｒＸｉｖ：２４０４．１２９２０ｖ１", "2404.12920v1"),
        ("2404。12920", "2404.12920"),
        ("“2404.12920”。", "2404.12920"),
        ("（https://arxiv.org/abs/2404.12920）", "2404.12920"),
        ("<https://arxiv.org/abs/2404.12920>,", "2404.12920"),
        ("https%3A%2F%2Farxiv.org%2Fabs%2F2404.12920", "2404.12920"),
    ],
)
def test_every_form_people_paste(text: str, expected: str) -> None:
    assert str(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "junk",
        "2404",
        "2404.1292",  # five digits since 2015
        "1412.00001",  # four digits before
        "2413.12920",  # no such month
        "2400.12920",
        "0703.0001",  # before the new style began
        "2404.00000",
        "2404.12920v0",
        "2404.129201",
        "hep-th/0704001",  # after the old style ended
        "hep-th/9106001",  # before arXiv began
        "hep-th/9913001",
        "hep-xx/9901001",
        "hep-th/9901000",
        "٢٤٠٤.١٢٩٢٠",
        "https://example.org/abs/2404.12920",
        "https://arxiv.org.example.org/abs/2404.12920",
        "https://notarxiv.org/abs/2404.12920",
        "https://arxiv.org/list/cs.CV/recent",
        "https://arxiv.org/abs/",
        "/tmp/2404.12920.pdf",
        "2404.12920 2404.12921",
        "a" * 100_000,
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(BadArxivId):
        parse(text)


def test_the_error_shows_what_was_given_in_one_short_line() -> None:
    with pytest.raises(BadArxivId) as caught:
        parse("no\nid " + "x" * 5000)
    assert "'no id x" in str(caught.value)
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


def test_a_file_name_has_no_slash() -> None:
    assert parse("hep-th/9901001v2").file_name == "hep-th_9901001v2"


@given(st.text(max_size=60))
def test_any_text_is_an_id_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except BadArxivId:
        return
    assert parse(str(found)) == found


@given(
    st.integers(15, 40),
    st.integers(1, 12),
    st.integers(1, 99999),
    st.none() | st.integers(1, 99),
    st.sampled_from(["{}", "arXiv:{}", "https://arxiv.org/abs/{}", "https://arxiv.org/pdf/{}.pdf", " {}\u3000"]),
)
def test_parse_undoes_str(year: int, month: int, count: int, version: int | None, form: str) -> None:
    arxiv_id = ArxivId(number=f"{year:02}{month:02}.{count:05}", version=version)
    assert parse(form.format(arxiv_id)) == arxiv_id
