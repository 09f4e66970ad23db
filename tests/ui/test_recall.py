"""What was asked of a paper, kept in the browser, and among what is taken away."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.rendering.samples import QUOTES
from tests.ui.conftest import Open
from tests.ui.test_page import ask, done

pytestmark = [
    pytest.mark.usefixtures("fake"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


def question(page: Page, text: str) -> None:
    page.fill("#cp-question input", text)
    page.press("#cp-question input", "Enter")
    expect(page.locator("#cp-answers .qa h3").last).to_have_text(text)
    expect(page.locator("#cp-answers section")).to_have_attribute("aria-busy", "false")


def reopened(page: Page) -> None:
    page.reload()
    page.locator(".recent li button").first.click()
    done(page)


def taken(page: Page, form: str) -> str:
    with page.expect_download() as download:
        page.click(f"#cp-{form}")
    return Path(download.value.path()).read_text("utf-8")


def test_answers_survive_a_reload_and_go_into_the_exports(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    ask(page)
    done(page)
    answers = page.locator("#cp-answers .qa")
    for n, text in enumerate(("How slow are they?", "And <b>when</b> heated?"), 1):
        question(page, text)
        expect(answers).to_have_count(n)
        expect(answers.last.locator("li")).to_have_count(2)
    reopened(page)
    expect(answers).to_have_count(2)
    expect(answers.last.locator("h3")).to_have_text("And <b>when</b> heated?")
    answers.first.locator(".chip[data-passage]").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["1.2"])
    asked = json.loads(taken(page, "json"))["questions"]
    assert [a["question"] for a in asked] == ["How slow are they?", "And <b>when</b> heated?"]
    assert asked[0]["statements"][0]["evidence"][0]["quote"] == QUOTES["1.2"]
    assert "### How slow are they?\n\n- Unheated, they lose 11 minutes a day.\n\n  > p. 1:" in taken(page, "md")
    assert '<h3 dir="auto">And &lt;b&gt;when&lt;/b&gt; heated?</h3>' in taken(page, "html")
    page.click("#cp-name button")
    page.locator(".recent [data-forget-one]").click()
    assert page.evaluate("localStorage.getItem('chatpaper-asked')") == "{}"


def test_what_was_changed_in_the_browser_proves_nothing(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    ask(page)
    done(page)
    question(page, "How slow are they?")
    expect(page.locator("#cp-answers .qa li")).to_have_count(2)
    page.reload()
    entry = page.locator(".recent li button").first
    expect(entry).to_be_visible()
    page.evaluate(
        """() => {
            const all = JSON.parse(localStorage.getItem("chatpaper-asked")), [of] = Object.keys(all);
            const answer = JSON.parse(all[of][0]), [claim] = answer.claims;
            const evidence = [{ passage: "1.2", page: 1, quote: `<img src=x onerror="window.hacked=1">` }];
            Object.assign(claim, { zh: null, en: "They lose 99 minutes.", evidence });
            all[of] = [JSON.stringify({ ...answer, claims: [claim] }), "nonsense", "{}"];
            localStorage.setItem("chatpaper-asked", JSON.stringify(all));
        }"""
    )
    entry.click()
    done(page)
    answers = page.locator("#cp-answers .qa")
    expect(answers).to_have_count(1)
    expect(answers.locator("li .said")).to_contain_text("They lose 99 minutes.")
    expect(answers.locator(".flag")).to_contain_text("This number is nowhere in the paper: 99 minutes.")
    assert "onerror" not in answers.inner_html()
    assert page.evaluate("window.hacked") is None
