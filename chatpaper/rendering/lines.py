"""Sentences put together: flags, who wrote the paper, how the digest was made, what the audit found."""

from collections.abc import Sequence

from ..digest import Claim, Digest, DigestFigure, Flag, FlagKind
from .labels import ENGINES, FLAGS, LABELS, SILENT
from .view import View


def flags(view: View, claim: Claim | DigestFigure) -> tuple[tuple[str, str], ...]:
    """(chip, sentence) of every kind of flag of a claim or caption; details of the same kind are joined."""
    details: dict[FlagKind, list[str]] = {}
    for flag in claim.flags:
        if flag.kind not in SILENT:
            details.setdefault(flag.kind, []).append(flag.detail)
    return tuple((view.say(FLAGS[kind][0]), _flag(view, kind, found)) for kind, found in details.items())


def _flag(view: View, kind: FlagKind, details: Sequence[str]) -> str:
    sentence = view.say(FLAGS[kind][1])
    separator, blank = ("、", "：{detail}") if view.labels == "zh" else (", ", ": {detail}")
    told = separator.join(dict.fromkeys(filter(None, details)))
    return sentence.replace("{detail}", told) if told else sentence.replace(blank, "")


def silence(view: View, flags: Sequence[Flag]) -> str:
    """Why a claim has no text; "" when nothing says why."""
    return next((view.say(FLAGS[f.kind][1]) for f in flags if f.kind in SILENT), "")


def glance(view: View, digest: Digest) -> tuple[tuple[str, Claim], ...]:
    """(label, claim) of each part of the glance; () where there is none."""
    if digest.glance is None:
        return ()
    return tuple((view.say(getattr(LABELS, name)), claim) for name, claim in digest.glance)


def translated(view: View, digest: Digest) -> str:
    """Who translated the captions, and what was checked; "" where they are not translated, or not shown."""
    made = digest.translated
    if made is None or not view.translations(digest):
        return ""
    return view.say(LABELS.translated_by, engine=made.model or ENGINES.get(made.engine, made.engine))


def made(view: View, digest: Digest) -> str:
    """Engine, model, time, tokens, cost, date, prompts; what is not known is left out."""
    m = digest.made
    parts = [ENGINES.get(m.engine, m.engine)]
    if digest.extractive:
        parts.append(view.say(LABELS.by_rule))
    elif m.model:
        parts.append(m.model)
    if m.seconds:
        parts.append(view.say(LABELS.took, seconds=f"{m.seconds:.1f}" if m.seconds < 10 else f"{m.seconds:.0f}"))
    if m.input_tokens or m.output_tokens:
        counts = {"input": m.input_tokens, "cached": m.cached_tokens, "output": m.output_tokens}
        parts.append(view.say(LABELS.tokens, **{name: short(count) for name, count in counts.items()}))
    if m.cost_usd is not None:
        parts.append(view.say(LABELS.cost, dollars=f"{m.cost_usd:.4f}"))
    parts.append(m.at.strftime("%Y-%m-%d %H:%M %Z").strip())
    if not digest.extractive:
        parts.append(view.say(LABELS.prompts, version=m.prompts))
    return " · ".join(parts)


def audit(view: View, digest: Digest) -> str:
    """What the audit found, in totals; what is all right is said, what is wrong is counted."""
    a = digest.audit
    if digest.extractive:
        return view.say(LABELS.sentences, claims=a.claims)
    parts = [view.say(LABELS.traced, claims=a.claims, traced=a.traced)]
    if a.claims > a.traced:
        parts.append(view.say(LABELS.doubtful, count=a.claims - a.traced))
    if a.numbers:
        parts.append(view.say(LABELS.numbers, numbers=a.numbers, found=a.numbers_found))
    if a.language_mismatches:
        parts.append(view.say(LABELS.mismatches, count=a.language_mismatches))
    return " · ".join(parts)


def short(count: int) -> str:
    """14200 -> "14.2k"."""
    return str(count) if count < 1000 else f"{count / 1000:.1f}k"
