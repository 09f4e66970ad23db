"""The loopback servers, asked by the real SDKs: that they behave as the real services do."""

import gc
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from chatpaper.chain.replies import REPLIES, schema
from tests.loopback import arxiv as faulty
from tests.loopback import faults
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiRequest, GeminiServer, tokens
from tests.loopback.records import SEASON_LINK

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # end of support; and one about the Python version
    import arxiv as arxiv_sdk  # type: ignore[import-untyped]
    import google.ai.generativelanguage as glm
    import google.generativeai as genai
    from google.api_core import exceptions as gx
    from google.api_core.client_options import ClientOptions

GENAI: Any = genai  # typed in part only
PAPER = (
    "<paper>\n# On Gauges\n# Affiliation: Tarn Lab\n## Results\n"
    + "\n".join(
        f"[{n // 20 + 1}.{n % 20 + 1}] The method number {n} has an accuracy of 71.{n}% on 8 of the data sets [3, 4]."
        for n in range(100)
    )
    + "\n## References\n[6.1] [3] A. Author. A title that nobody should cite as evidence for anything. Journal, 1999."
)
CHINESE = "<paper>\n# 水深\n" + "\n".join(
    f"[1.{n}] 第 {n} 种方法的平均绝对误差为 3.{n} 厘米，比参照物方法降低 41.5%，夜间误差也下降，共用 27 个路口的视频。"
    for n in range(1, 9)
)
Model = Callable[..., Any]


@pytest.fixture
def model(gemini: GeminiServer) -> Iterator[Model]:
    """Builds models as the product does: one client per key, REST, errors of streams unwrapped."""
    clients: list[Any] = []

    def build(key: str = "key-a", name: str = "gemini-2.5-flash", system: str | None = None, **config: Any) -> Any:
        client: Any = glm.GenerativeServiceClient(
            transport="rest", client_options=ClientOptions(api_endpoint=gemini.url, api_key=key)
        )
        clients.append(client)
        client.transport._session.hooks["response"].append(unwrap)
        made = GENAI.GenerativeModel(name, system_instruction=system, generation_config=config or None)
        made._client = client
        return made

    yield build
    for client in clients:
        client.transport.close()


def unwrap(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    if response.status_code >= 400 and response.text.startswith("["):
        response._content = json.dumps(response.json()[0]).encode()
    return response


def ask(model: Any, text: Any = "Hello", *, stream: bool = False, timeout: float = 1) -> Any:
    """One attempt; a stream is read to its end."""
    answer = model.generate_content(text, stream=stream, request_options={"timeout": timeout, "retry": None})
    for _ in answer if stream else ():
        pass
    return answer


both = pytest.mark.parametrize("stream", [False, True])


@both
def test_an_answer_comes_whole(gemini: GeminiServer, model: Model, stream: bool) -> None:
    gemini.reply = lambda _: "First. " * 40 + "水深 3.8 厘米。"
    answer = ask(model(), stream=stream)
    assert answer.text == "First. " * 40 + "水深 3.8 厘米。"
    assert answer.candidates[0].finish_reason == faults.STOP
    assert answer.usage_metadata.candidates_token_count == tokens(answer.text)
    assert answer.usage_metadata.total_token_count == tokens("\0Hello") + tokens(answer.text)


def test_a_request_is_recorded_as_it_was_asked(gemini: GeminiServer, model: Model) -> None:
    form = {"type": "object", "properties": {"a": {"type": "array", "min_items": 2, "items": {"type": "string"}}}}
    config = {"response_mime_type": "application/json", "response_schema": form, "temperature": 0.25}
    ask(model("key-b", system="Be brief.", **config), ["paper", "question"], stream=True)
    (request,) = gemini.requests
    assert (request.key, request.model, request.streamed) == ("key-b", "gemini-2.5-flash", True)
    assert (request.system, request.parts) == ("Be brief.", ("paper", "question"))
    assert request.generation_config["temperature"] == 0.25
    assert request.schema == {
        "type": 6,
        "properties": {"a": {"type": 5, "minItems": "2", "items": {"type": 1}}},
    }


def test_a_stream_really_streams(gemini: GeminiServer, model: Model) -> None:
    gemini.reply = lambda _: "word " * 160  # 800 characters, 200 tokens
    gemini.first_token, gemini.tokens_per_second = 0.2, 400
    started = time.monotonic()
    answer = model().generate_content("Hello", stream=True, request_options={"timeout": 2, "retry": None})
    times = [time.monotonic() - started for _ in answer]
    assert len(times) == 10
    assert times[0] >= 0.2
    assert times[-1] - times[0] >= 0.3


def test_keys_are_checked_and_told_apart(gemini: GeminiServer, model: Model) -> None:
    gemini.keys = {"key-a"}
    ask(model("key-a"))
    with pytest.raises(gx.BadRequest) as caught:
        ask(model("key-x"), stream=True)
    assert [d.get("reason") for d in caught.value.details] == ["API_KEY_INVALID"]
    assert [r.key for r in gemini.requests] == ["key-a", "key-x"]


@both
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.quota(), gx.TooManyRequests),
        (faults.internal(), gx.InternalServerError),
        (faults.busy(), gx.ServiceUnavailable),
        (faults.late(), gx.GatewayTimeout),
        (faults.bad_gateway(), gx.BadGateway),
        (faults.bad_key(), gx.BadRequest),
        (faults.forbidden(), gx.Forbidden),
        (faults.no_model("gemini-9"), gx.NotFound),
        (faults.cut("half of it"), requests.exceptions.ChunkedEncodingError),
        (faults.slow(30, "late"), requests.exceptions.ReadTimeout),
    ],
)
def test_faults_reach_the_sdk_as_the_real_ones_do(
    gemini: GeminiServer, model: Model, fault: faults.Fault, error: type[Exception], stream: bool
) -> None:
    gemini.script(fault)
    with pytest.raises(error) as caught:
        ask(model(), stream=stream)
    assert type(caught.value) is error
    assert ask(model(), stream=stream).text  # used once; then the server answers again


def test_a_stall_ends_in_a_timeout(gemini: GeminiServer, model: Model) -> None:
    gemini.script(faults.stall("half of it"))
    with pytest.raises(requests.exceptions.ConnectionError, match="Read timed out"):
        ask(model(), stream=True, timeout=0.5)


@both
@pytest.mark.parametrize("daily", [False, True])
def test_a_quota_error_says_which_and_for_how_long(
    gemini: GeminiServer, model: Model, stream: bool, daily: bool
) -> None:
    gemini.script(faults.quota(12.5, daily=daily))
    with pytest.raises(gx.TooManyRequests) as caught:
        ask(model(), stream=stream)
    failure, _, retry = caught.value.details
    assert ("PerDay" in failure["violations"][0]["quotaId"]) is daily
    assert retry == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12.5s"}


@both
@pytest.mark.parametrize(
    ("fault", "finish", "text"),
    [
        (faults.safety(), 3, None),
        (faults.recitation("said so far"), 4, "said so far"),
        (faults.max_tokens("cut her"), 2, "cut her"),
        (faults.max_tokens(), 2, None),
        (faults.empty(), 1, ""),
        (faults.no_parts(), 1, None),
    ],
)
def test_answers_that_are_none(
    gemini: GeminiServer, model: Model, fault: faults.Fault, finish: int, text: str | None, stream: bool
) -> None:
    gemini.script(fault)
    candidate = ask(model(), stream=stream).candidates[0]
    assert candidate.finish_reason == finish
    assert [p.text for p in candidate.content.parts] == ([] if text is None else [text])


@both
@pytest.mark.filterwarnings("ignore:Unrecognized FinishReason:UserWarning")  # the SDK's, of a reason newer than it
def test_a_finish_reason_newer_than_the_sdk(gemini: GeminiServer, model: Model, stream: bool) -> None:
    gemini.script(faults.unknown_finish())
    assert ask(model(), stream=stream).candidates[0].finish_reason == 12


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK leaves the connection open
def test_a_blocked_prompt(gemini: GeminiServer, model: Model) -> None:
    gemini.script(faults.blocked(), faults.blocked())
    answer = ask(model())
    assert not answer.candidates
    assert answer.prompt_feedback.block_reason.name == "PROHIBITED_CONTENT"
    with pytest.raises(GENAI.types.BlockedPromptException):
        ask(model(), stream=True)
    gc.collect()


def test_an_error_inside_a_started_stream_is_no_exception(gemini: GeminiServer, model: Model) -> None:
    gemini.script(faults.error_inside("half of it"))
    answer = ask(model(), stream=True)
    assert answer.candidates[0].finish_reason == 0


def test_the_output_limit_cuts(gemini: GeminiServer, model: Model) -> None:
    gemini.reply = lambda _: "word " * 500
    answer = ask(model(max_output_tokens=50))
    assert answer.candidates[0].finish_reason == faults.MAX_TOKENS
    assert 0 < tokens(answer.text) <= 50


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_refused_without_asking_a_model(gemini: GeminiServer, model: Model, stream: bool) -> None:
    empty = {"response_mime_type": "application/json", "response_schema": {"type": "object", "properties": {}}}
    with pytest.raises(gx.BadRequest, match="should be non-empty for OBJECT type"):
        ask(model(**empty), stream=stream)
    with pytest.raises(gx.NotFound, match="gemini-9"):
        ask(model(name="gemini-9"), stream=stream)
    gemini.input_limit = 100
    with pytest.raises(gx.BadRequest, match="exceeds the maximum number of tokens"):
        ask(model(), "word " * 500, stream=stream)


def test_the_same_beginning_is_billed_as_cached(model: Model) -> None:
    first, second = (ask(model(system="S"), [PAPER, q]).usage_metadata for q in ("first", "second"))
    assert first.cached_content_token_count == 0
    assert second.cached_content_token_count == pytest.approx(tokens(PAPER), abs=3)
    other_key, moved = ask(model("key-b"), [PAPER, "x"]), ask(model(system="S"), ["x", PAPER])
    assert other_key.usage_metadata.cached_content_token_count == 0
    assert moved.usage_metadata.cached_content_token_count == 0


def test_a_client_who_hangs_up_is_noticed(gemini: GeminiServer, model: Model) -> None:
    gemini.script(faults.stall("half of it", seconds=30))
    answer = model().generate_content("Hello", stream=True, request_options={"timeout": 20, "retry": None})
    threading.Timer(0.2, answer._iterator._response.raw.shutdown).start()
    started = time.monotonic()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(answer)
    while not gemini.disconnects and time.monotonic() - started < 3:
        time.sleep(0.02)
    assert gemini.disconnects == 1


def test_closing_does_not_wait_for_answers(model: Model, gemini: GeminiServer) -> None:
    gemini.script(faults.slow(60, "never"))
    caught: list[BaseException] = []

    def waiting() -> None:
        try:
            ask(model(), timeout=30)
        except requests.RequestException as error:
            caught.append(error)

    thread = threading.Thread(target=waiting)
    thread.start()
    time.sleep(0.2)
    started = time.monotonic()
    gemini.close()
    thread.join(5)
    assert caught
    assert time.monotonic() - started < 2


def test_scripts_are_used_up_in_order_where_they_fit(gemini: GeminiServer, model: Model) -> None:
    gemini.reply = lambda request: f"default for {request.parts[-1]}"
    gemini.script("one", "two", when="summary")
    said = [ask(model(), f"stage {s}").text for s in ("methods", "summary", "summary", "summary")]
    assert said == ["default for stage methods", "one", "two", "default for stage summary"]


def test_models_are_listed(gemini: GeminiServer) -> None:
    listed = requests.get(f"{gemini.url}/v1beta/models", headers={"x-goog-api-key": "k"}, timeout=5).json()
    assert "models/gemini-2.5-flash" in [m["name"] for m in listed["models"]]
    one = requests.get(f"{gemini.url}/v1beta/models/gemini-2.5-pro", headers={"x-goog-api-key": "k"}, timeout=5)
    assert one.json()["inputTokenLimit"] == gemini.input_limit
    assert (
        requests.get(f"{gemini.url}/v1beta/models/gpt", headers={"x-goog-api-key": "k"}, timeout=5).status_code == 404
    )


def gemini_schema(node: Any) -> Any:
    """A JSON Schema in the SDK's words."""
    if isinstance(node, list):
        return [gemini_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    names = {"minItems": "min_items", "maxItems": "max_items"}
    kept = {k: v for k, v in node.items() if k not in ("additionalProperties", "properties")}
    converted = {names.get(k, k): gemini_schema(v) for k, v in kept.items()}
    if "properties" in node:
        converted["properties"] = {k: gemini_schema(v) for k, v in node["properties"].items()}
    return converted


@pytest.mark.parametrize("name", REPLIES)
@pytest.mark.parametrize("paper", [PAPER, CHINESE])
def test_the_plausible_model_fills_every_reply_from_the_paper(model: Model, name: str, paper: str) -> None:
    form = gemini_schema(schema(REPLIES[name], ("zh", "en")))
    config = {"response_mime_type": "application/json", "response_schema": form}
    said = [ask(model(**config), [paper, f"stage {name}"], stream=True).text for _ in range(2)]
    assert said[0] == said[1]
    REPLIES[name].model_validate_json(said[0])
    claims = list(found_claims(json.loads(said[0])))
    assert claims
    for claim in claims:
        (line,) = [line for line in paper.splitlines() if line.startswith(f"[{claim['passages'][0]}] ")]
        assert claim["zh"]
        assert claim["en"]
        own = claim["en"] if paper is PAPER else claim["zh"]
        assert own.rstrip(".。") in line
        assert "[3" not in own
        number = "71." if paper is PAPER else "41.5%"
        assert number in claim["zh"]
        assert number in claim["en"]


def found_claims(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "passages" in value:
            yield value
        for item in value.values():
            yield from found_claims(item)
    elif isinstance(value, list):
        for item in value:
            yield from found_claims(item)


def test_one_language_only(model: Model) -> None:
    form = gemini_schema(schema(REPLIES["takeaways"], ("zh",)))
    config = {"response_mime_type": "application/json", "response_schema": form}
    reply = json.loads(ask(model(**config), [PAPER, "x"]).text)
    assert {tuple(c) for c in reply["takeaways"]} == {("passages", "zh")}


def test_bounds_and_enums_are_obeyed(model: Model) -> None:
    form = {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["a", "b"]},
            "few": {"type": "array", "min_items": 5, "max_items": 6, "items": {"type": "integer"}},
            "ids": {"type": "array", "min_items": 2, "items": {"type": "string"}},
            "sure": {"type": "boolean"},
        },
    }
    said = json.loads(ask(model(response_mime_type="application/json", response_schema=form), PAPER).text)
    assert said["kind"] in ("a", "b")
    assert said["few"] == [1] * 5
    assert len(said["ids"]) == 2
    assert all(f"[{i}] " in PAPER for i in said["ids"])
    assert said["sure"] is True


@pytest.fixture
def client(arxiv: ArxivServer) -> Any:
    made = arxiv_sdk.Client(page_size=2, delay_seconds=0, num_retries=0)
    made.query_url_format = arxiv.url + "/api/query?{}"
    return made


def results(client: Any, **search: Any) -> list[Any]:
    return list(client.results(arxiv_sdk.Search(**search)))


def test_the_arxiv_package_reads_a_record(client: Any) -> None:
    (found,) = results(client, id_list=["2404.12920"])
    assert found.get_short_id() == "2404.12920v1"
    assert found.title.startswith("SeasonLink: Sparse Correspondence")
    assert [a.name for a in found.authors][2] == "Paweł Oduya-Lindqvist"
    assert (found.primary_category, found.categories) == ("cs.CV", ["cs.CV", "cs.LG"])
    assert found.pdf_url == "https://arxiv.org/pdf/2404.12920v1"
    assert found.published.date().isoformat() == "2024-04-19"
    assert found.comment == "3 pages, 2 figures, 2 tables"


def test_unknown_ids_are_an_empty_feed_and_malformed_ones_an_error(client: Any) -> None:
    assert results(client, id_list=["2404.99999"]) == []
    with pytest.raises(arxiv_sdk.HTTPError) as caught:
        results(client, id_list=["junk"])
    assert caught.value.status == 400


def test_search_pages_and_sorts(client: Any, arxiv: ArxivServer) -> None:
    first = SEASON_LINK
    for day in range(1, 6):
        late = {"arxiv_id": f"2405.0000{day}v1", "published": first.published.replace(month=5, day=day)}
        arxiv.add(first.model_copy(update={**late, "title": f"Lakes {day}"}), None)
    by_date = {"sort_by": arxiv_sdk.SortCriterion.SubmittedDate, "sort_order": arxiv_sdk.SortOrder.Descending}
    found = results(client, query="ti:lakes AND submittedDate:[202405020000 TO 202405042359]", **by_date)
    assert [r.title for r in found] == ["Lakes 4", "Lakes 3", "Lakes 2"]
    assert len(results(client, query="cat:cs.CV", max_results=4)) == 4
    assert results(client, query="au:nobody") == []


@pytest.mark.parametrize("fault", [faulty.captcha(), faulty.short(0.1)])
def test_the_package_takes_rubbish_for_no_results(client: Any, arxiv: ArxivServer, fault: faulty.ArxivFault) -> None:
    """Why chatpaper.source.records looks at the feed itself."""
    arxiv.script("query", fault)
    assert results(client, id_list=["2404.12920"]) == []


def test_pdfs_come_with_and_without_version_and_suffix(arxiv: ArxivServer) -> None:
    for number in ("2404.12920", "2404.12920v1", "2404.12920v1.pdf"):
        answer = requests.get(f"{arxiv.url}/pdf/{number}", timeout=5)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    missing = requests.get(f"{arxiv.url}/pdf/2404.99999", timeout=5)
    assert missing.status_code == 404
    assert missing.headers["Content-Type"].startswith("text/html")


def test_a_request_is_a_value() -> None:
    request = GeminiRequest("/v1beta/models/m:generateContent", "m", "k", {}, 0.0)
    assert (request.system, request.parts, request.schema, request.streamed) == ("", (), None, False)
