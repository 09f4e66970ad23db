"""What a page costs to fetch: packed, and kept by browsers."""

import re

import httpx
import pytest

pytestmark = pytest.mark.usefixtures("fake")


def paths(page: str) -> list[str]:
    """The scripts and styles that a page names."""
    return re.findall(r"[\"'.]/((?:assets/|theme.css)[^\"']+)", page)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_scripts_are_packed_once_and_kept_for_good(fake_url: str, encoding: str) -> None:
    plain, packed = ({"accept-encoding": e} for e in ("identity", encoding))
    names = paths(httpx.get(fake_url, headers=plain).text)
    assert names
    for name in names:
        as_it_is = httpx.get(f"{fake_url}{name}", headers=plain)
        assert "content-encoding" not in as_it_is.headers
        for _ in range(2):  # the second one is what was kept
            answer = httpx.get(f"{fake_url}{name}", headers=packed)
            assert answer.headers["content-encoding"] == encoding
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["content-type"] == as_it_is.headers["content-type"]
            assert answer.content == as_it_is.content


def test_the_page_is_packed_and_always_new(fake_url: str) -> None:
    packed = httpx.get(fake_url, headers={"accept-encoding": "gzip, br"})
    plain = httpx.get(fake_url, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "br"
    assert "immutable" not in packed.headers.get("cache-control", "")
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert "gradio_config" in packed.text


def test_part_of_a_script_and_what_is_not_there(fake_url: str) -> None:
    (name, *_) = paths(httpx.get(fake_url).text)
    part = httpx.get(f"{fake_url}{name}", headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    for path in ("assets/nothing-12345678.js", "gradio_api/file=/assets/nothing-12345678.js"):
        answer = httpx.get(f"{fake_url}{path}")
        assert answer.status_code >= 400
        assert "immutable" not in answer.headers.get("cache-control", "")
