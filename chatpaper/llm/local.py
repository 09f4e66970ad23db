"""A GGUF model in this process, through llama.cpp (https://github.com/xorbitsai/xllamacpp): no key, no network.

One model is loaded once per process, when it is first asked, and answers one request after another: so the stages of
a run share what it has read of the paper, and a machine without a GPU is not asked for more than it has.
"""

import importlib.util
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from ..cancel import CancelToken
from ..errors import BadModelFile, EngineNotInstalled, ModelError, ModelRefused, ModelUnreachable
from ..value import Bilingual
from .apart import apart
from .base import Engine, Piece, Reading, Request, Usage
from .held import held
from .retry import KeyRing, Trouble, tried

_BATCH = 128
"""Tokens that are read at once; a stopped run holds the model until its batch is read."""
_LONGEST_REPLY = 3000
"""Tokens; a small model that repeats itself would go on to the end of its window."""
_PROMPT_CACHE_MB = 1024
"""For what was read of other papers, so that runs side by side do not read theirs anew at every stage."""
_ON_THE_HUB = re.compile(r"([\w.-]+/[\w.-]+)/([\w./-]+\.gguf)")
_IN_USE = threading.Lock()


class Local(Engine):
    """The model of the settings; nobody else may choose one, since that would load any file of this machine."""

    name: ClassVar[str] = "local"

    def __init__(self, *, model: str, context: int) -> None:
        """`model`: a GGUF file, or `owner/repo/file.gguf` on the hub. Raises EngineNotInstalled, BadModelFile."""
        if importlib.util.find_spec("xllamacpp") is None:
            raise EngineNotInstalled(engine=self.name)
        self._path = Path(model).expanduser()
        here = self._path.is_file()
        if not here and (self._path.is_absolute() or not _ON_THE_HUB.fullmatch(model)):
            raise BadModelFile(problem=_MISSING.filled(model=model) if model else _UNSET)
        super().__init__(model=self._path.name if here else model, window=context)
        self._place = str(self._path) if here else model

    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        return tried(lambda _: self._asked(request, cancel), KeyRing(("",)), cancel)

    def models(self, _cancel: CancelToken) -> tuple[str, ...]:
        return (self.model,)

    def _asked(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        usage, finish, said = Usage(), None, False
        for chunk in _chunks(self._place, self.window, _body(request), cancel):
            if "error" in chunk:
                raise Trouble(Trouble.Kind.FINAL, ModelRefused(engine=self.name, reason=chunk["error"]["message"]))
            if progress := chunk.get("prompt_progress"):
                yield Reading(tokens=progress["processed"], total=progress["total"])
            if counted := chunk.get("usage"):
                usage = _usage(counted)
            for choice in chunk["choices"]:
                finish = choice["finish_reason"] or finish
                if text := choice["delta"].get("content"):
                    said = True
                    yield text
        yield usage
        if finish != "stop" or not said:
            reason = (finish or "no end").upper() if finish != "stop" else "EMPTY"
            raise Trouble(Trouble.Kind.REFUSED, ModelRefused(engine=self.name, reason=reason))


_UNSET = Bilingual(zh="还没有设置", en="none is set")
_MISSING = Bilingual(zh="没有这个文件：{model}", en="there is no file {model}")
_NO_GGUF = Bilingual(zh="llama.cpp 读不了 {model}", en="llama.cpp cannot load {model}")


def _body(request: Request) -> dict[str, Any]:
    """As https://github.com/ggml-org/llama.cpp/tree/master/tools/server describes it."""
    schema = {"name": request.stage, "strict": True, "schema": held(request.schema)}
    return {
        "messages": [
            {"role": "system", "content": request.system},
            {"role": "user", "content": f"{request.paper}\n\n{request.instruction}"},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
        "chat_template_kwargs": {"enable_thinking": False},
        "temperature": 0.2,
        "max_tokens": _LONGEST_REPLY,
        "cache_prompt": True,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
    }


def _chunks(place: str, context: int, body: dict[str, Any], cancel: CancelToken) -> Iterator[Mapping[str, Any]]:
    """What the model answers, chunk by chunk."""

    def work(tell: Callable[[Mapping[str, Any]], None], own: CancelToken) -> None:
        def take(chunk: Mapping[str, Any]) -> bool:
            tell(chunk)
            return own.cancelled

        with _IN_USE:
            own.check()
            server = _loaded(place, context)
            own.check()
            _answer(server, body, take)

    # no daemon: a process that ends under llama.cpp's hands may crash
    try:
        yield from apart(work, cancel, daemon=False)
    except ModelError as error:
        raise Trouble(Trouble.Kind.FINAL, error) from None


def _answer(server: Any, body: dict[str, Any], take: Callable[[Mapping[str, Any]], bool]) -> None:
    """Ask; `take` gets each chunk, and ends the answer by returning True. Raises ModelRefused."""
    try:
        server.handle_chat_completions(body, take)
    except (RuntimeError, ValueError) as error:  # such as a chat template that llama.cpp does not understand
        raise ModelRefused(engine=Local.name, reason=str(error)) from None


@cache
def _loaded(place: str, context: int) -> Any:
    """The model, ready to answer; called by one thread at a time. Raises ModelUnreachable, BadModelFile."""
    import xllamacpp  # type: ignore[import-untyped,import-not-found,unused-ignore]  # optional, and 100 MB

    params = xllamacpp.CommonParams()
    params.model.path = _file(place)
    params.n_ctx, params.n_parallel = context, 1
    params.n_batch = params.n_ubatch = _BATCH
    params.cache_ram_mib = _PROMPT_CACHE_MB
    params.cpuparams.n_threads = _cores()
    params.verbosity = -1
    # it also listens on a port of loopback, which we do not need: nobody knows the key
    params.api_keys, params.ui, params.endpoint_slots = [secrets.token_hex()], False, False
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        raise BadModelFile(problem=_NO_GGUF.filled(model=Path(place).name)) from None


def _file(place: str) -> str:
    """The model's file on this machine, fetched from the hub if it is there."""
    if Path(place).is_file():
        return place
    import huggingface_hub  # slow to import, and needed once

    named = _ON_THE_HUB.fullmatch(place)
    assert named, "looked at when the engine was built"
    try:
        return str(huggingface_hub.hf_hub_download(named[1], named[2]))
    except huggingface_hub.errors.LocalEntryNotFoundError:
        raise ModelUnreachable(engine="Hugging Face") from None
    except (huggingface_hub.errors.RepositoryNotFoundError, huggingface_hub.errors.EntryNotFoundError):
        raise BadModelFile(problem=_MISSING.filled(model=place)) from None
    except OSError:
        raise ModelUnreachable(engine="Hugging Face") from None


def _cores() -> int:
    """Processors that this process may use; in a container that is less than the machine has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such group, or "max"
        return cores


def _usage(counted: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=counted["prompt_tokens"],
        cached_tokens=(counted.get("prompt_tokens_details") or {}).get("cached_tokens", 0),
        output_tokens=counted["completion_tokens"],
    )
