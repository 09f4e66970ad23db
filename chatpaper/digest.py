"""The nouns of the chain: claims with their evidence, and the digest they make up."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict

from .paper import Record
from .value import Bilingual, Language, Value


class Evidence(Value):
    """A passage a claim rests on; the quote is the paper's own text, put there by the program (rule 2)."""

    passage: str
    page: int
    quote: str


FlagKind = Literal[
    "no_evidence",  # nothing in the paper was cited, or nothing that exists
    "unknown_passage",  # an id was cited that the paper does not have
    "number_not_found",  # a number of the claim is nowhere in the paper
    "number_elsewhere",  # the sentences that have the number speak of something else
    "name_not_found",  # a name of a method, data set or model is nowhere in the paper
    "unlike_paper",  # no sentence of the paper resembles the claim
    "hedge_lost",  # the sentence that states it says "may" or "most", the claim does not
    "opposite",  # the sentence that states it denies it, or compares the other way round
    "table_disagrees",  # a table of the paper speaks against a sweeping comparison
    "languages_disagree",  # Chinese and English differ in a number, or have opposite terms
    "wrong_language",  # a text is not in the language its field asks for
    "unclean",  # citation marks, placeholders, markup, a cut sentence or a bare formula
    "repeated",  # another field or item of the same reply says it already
    "not_stated",  # the paper does not say; there is nothing to prove
    "not_found",  # the extractive engine found no sentence that says it
]


class Flag(Value):
    """What the audit could not support, and about what."""

    kind: FlagKind
    detail: str = ""
    """The number, id or words in question; "" where the kind says all."""


class Claim(Value):
    """One statement in each asked language, with the passages it rests on."""

    zh: str | None = None
    en: str | None = None
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[Flag, ...] = ()

    def text(self, language: Language) -> str | None:
        return self.zh if language == "zh" else self.en

    @property
    def stated(self) -> bool:
        """It says something; else its flag says that the paper does not, or that it was not found."""
        return bool(self.zh or self.en)


class Links(Value):
    abs: str | None = None
    pdf: str | None = None
    code: tuple[str, ...] = ()


class PaperFacts(Value):
    """What the digest shows of the paper itself: from its record or its pages, never from a model (rule 1)."""

    title: str
    authors: tuple[str, ...]
    language: Language
    arxiv_id: str | None
    doi: str | None
    published: str | None
    """ISO 8601 date."""
    categories: tuple[str, ...]
    comment: str | None
    abstract: str
    links: Links
    pages: int
    sha256: str
    record: Record | None = None


class Made(Value):
    """How a digest was made; tokens exactly as the provider reports them."""

    engine: str
    model: str
    endpoint: str | None = None
    """Where the user had it made, see `llm.base.Engine`; None: where the owner of this installation says."""
    prompts: str
    """Version of the prompt files: the first 12 hex digits of the SHA-256 over them."""
    at: datetime
    seconds: float = 0.0
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


class Summary(Value):
    background: Claim
    prior_work: Claim
    approach: Claim
    results: Claim


class Glance(Value):
    """The paper at a glance, for screening and for tables of papers: a few words each, proved like any statement."""

    task: Claim
    data: Claim
    main_result: Claim


class Conclusion(Value):
    significance: Claim
    innovation: Claim
    performance: Claim
    workload: Claim
    limitations: Claim


class Part(Value):
    """What a stage that the user added found."""

    stage: str
    heading: Bilingual
    claims: tuple[Claim, ...]


class DigestFigure(Value):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    kind: Literal["figure", "table"]
    label: str
    caption: str
    page: int
    image: bytes
    """PNG or JPEG, rendered from the page; b"" where it could not be."""
    translation: str = ""
    """The caption in the language that the paper is not in; "" where nobody asked for it, or it did not come."""
    flags: tuple[Flag, ...] = ()
    """What is wrong with the translation."""


class Audit(Value):
    """Totals over all claims of a digest."""

    claims: int = 0
    traced: int = 0
    """Claims with evidence and without a flag; `claims` counts those that state something."""
    numbers: int = 0
    numbers_found: int = 0
    language_mismatches: int = 0


class StageReply(Value):
    """A finished stage: its reply as it was accepted, and what it cost."""

    text: str
    """JSON of the stage's reply type."""
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


class Digest(Value):
    """Everything shown. A part whose stage was skipped is None or empty, and named in `skipped`."""

    paper: PaperFacts
    made: Made
    languages: tuple[Language, ...]
    extractive: bool = False
    """Claims are the paper's own sentences, in the paper's language, not a model's statements."""
    title: Bilingual = Bilingual()
    affiliations: tuple[Bilingual, ...] = ()
    keywords: tuple[Bilingual, ...] = ()
    one_line: Claim | None = None
    glance: Glance | None = None
    """None, too, in an extract: a sentence is not a few words."""
    takeaways: tuple[Claim, ...] = ()
    summary: Summary | None = None
    methods: tuple[Claim, ...] = ()
    conclusion: Conclusion | None = None
    more: tuple[Part, ...] = ()
    figures: tuple[DigestFigure, ...] = ()
    translated: Made | None = None
    """How the captions were translated, if they were."""
    skipped: dict[str, Bilingual] = {}
    """Stage -> why."""
    notices: tuple[Bilingual, ...] = ()
    """What the reader of this digest should know: the reading report's warnings, what did not fit, ..."""
    audit: Audit = Audit()

    def claims(self) -> tuple[Claim, ...]:
        """Every claim of the digest, in the order in which it is shown."""
        return (
            *([self.one_line] if self.one_line else ()),
            *(_fields(self.glance) if self.glance else ()),
            *self.takeaways,
            *(_fields(self.summary) if self.summary else ()),
            *self.methods,
            *(_fields(self.conclusion) if self.conclusion else ()),
            *(claim for part in self.more for claim in part.claims),
        )


class QuestionAnswer(Value):
    """A reader's question about the paper, and what the paper says to it."""

    question: str
    languages: tuple[Language, ...]
    extractive: bool = False
    """Claims are the paper's sentences that are likest the question, not an answer."""
    claims: tuple[Claim, ...] = ()
    """None: the paper does not say; extractive: no such sentence was found."""
    notices: tuple[Bilingual, ...] = ()
    made: Made


def _fields(part: Glance | Summary | Conclusion) -> tuple[Claim, ...]:
    return tuple(getattr(part, name) for name in type(part).model_fields)
