"""Each rule of the audit, on a claim that breaks it and on one that does not."""

import pytest

from chatpaper.chain import hedges, opposites
from chatpaper.chain.audit import Auditor, in_language, unmixed, with_repeats_flagged
from chatpaper.chain.contrasts import contrast
from chatpaper.chain.evidence import Citer
from chatpaper.chain.proving import names_only
from chatpaper.chain.replies import ClaimReply
from chatpaper.digest import Claim
from chatpaper.value import Language
from tests.made import paper

PAPER = paper()


def audited(*ids: str, zh: str = "", en: str = "") -> Claim:
    languages = tuple(lang for lang, text in (("zh", zh), ("en", en)) if text)
    claim = Citer(PAPER).claim(ClaimReply(passages=ids, zh=zh, en=en), whole=True)
    return Auditor(PAPER, languages).audited(claim)  # type: ignore[arg-type]


def kinds(claim: Claim) -> set[str]:
    return {f.kind for f in claim.flags}


def test_a_sound_claim_has_the_papers_words_and_no_flag() -> None:
    claim = audited(
        "1.7",
        zh="在 3 个像素内配准了 71.3% 的图像对，基线为 52.8%。",
        en="It registers 71.3% within 3 pixels, baseline 52.8%.",
    )
    assert claim.flags == ()
    (evidence,) = claim.evidence
    assert (evidence.page, evidence.quote) == (1, PAPER.passages[6].text)


def test_brackets_and_repeats_around_ids_are_forgiven() -> None:
    claim = audited(
        "[1.7]", "1.7", "1.8; 1.9", en="Registers pairs, faster than the baseline, to monitor ice cover on lakes."
    )
    assert [e.passage for e in claim.evidence] == ["1.7", "1.8", "1.9"]


def test_an_id_that_does_not_exist_is_flagged() -> None:
    claim = audited("1.7", "9.99", en="It registers 71.3% of pairs.")
    assert [(f.kind, f.detail) for f in claim.flags] == [("unknown_passage", "9.99")]


def test_no_evidence_is_flagged() -> None:
    assert "no_evidence" in kinds(audited(en="It works on all lakes of the world."))


def test_a_wrong_number_is_named() -> None:
    claim = audited("1.7", en="It registers 81.3% of pairs.")
    assert [(f.kind, f.detail) for f in claim.flags] == [("number_not_found", "81.3%")]


def test_a_unit_is_held_to_its_sentence() -> None:
    """Though another sentence has the bare number."""
    measured = paper(("Results", "One pair takes 40 ms on a laptop."), ("Results", "Scores are 40, 42 and 51."))
    cited, audits = Citer(measured), Auditor(measured, ("en",))
    said = {}
    for unit in ("ms", "milliseconds", "s"):
        reply = ClaimReply(passages=("1.11",), en=f"One pair takes 40 {unit} on a laptop.")
        said[unit] = audits.audited(cited.claim(reply, whole=True))
    assert [f.detail for f in said["s"].flags] == ["40 s"]
    assert said["ms"].flags == said["milliseconds"].flags == ()


def test_a_number_of_another_sentence_is_flagged() -> None:
    claim = audited("1.7", en="SeasonLink registers 30% of all pairs within 3 pixels, against 52.8% for the baseline.")
    assert kinds(claim) == {"number_not_found"}, "the paper has no percentage of this value"
    claim = audited("1.5", en="The encoder is trained on 2.5 unpaired images with a cycle loss for 30 epochs.")
    assert [(f.kind, f.detail) for f in claim.flags] == [("number_elsewhere", "2.5")]
    joined = audited("1.7", en="SeasonLink registers 71.3% of all pairs, and its encoder is trained for 30 epochs.")
    assert joined.flags == (), "a claim may take its numbers from two sentences"


def test_a_number_in_the_place_of_another_is_flagged() -> None:
    """Though the sentence that has it speaks of the same things."""
    measured = paper(
        ("Results", "On 17 alpine webcams it registers 61.9% of the pairs, against 44.0% for translation."),
        ("Results", "It registers 71.3% of the pairs of 31 lakes."),
        ("Results", "It improves accuracy by 2.1 points on roads, 3.4 points on lakes, and 1.2 points on coasts."),
        ("Results", "ShoreNet-101 obtains an accuracy of 77.4% on rivers."),
        ("Results", "ShoreNet-50 76.1%"),
    )
    cited, audits = Citer(measured), Auditor(measured, ("en",))

    def flagged(said: str) -> list[str | None]:
        claim = audits.audited(cited.claim(ClaimReply(passages=("1.11",), en=said), whole=True))
        return [f.detail for f in claim.flags if f.kind == "number_elsewhere"]

    alpine = "On {} alpine webcams it registers {} of the pairs, against {} for translation."
    assert flagged(alpine.format(17, "61.9%", "44.0%")) == []
    assert flagged(alpine.format(31, "61.9%", "44.0%")) == ["31"]
    assert flagged(alpine.format(17, "44.0%", "61.9%")) == ["44.0%", "61.9%"], "exchanged"
    assert flagged("It registers 71.3% of the pairs of 31 lakes, 61.9% on alpine webcams.") == []
    assert flagged("It improves accuracy by 3.4 points on lakes.") == []
    assert flagged("ShoreNet-50 obtains an accuracy of 76.1% on rivers.") == [], "of the table"
    assert flagged("ShoreNet-101 obtains an accuracy of 76.1% on rivers.") == ["76.1%"]


def test_a_number_brings_the_sentence_that_holds_it() -> None:
    claim = audited("1.7", en="SeasonLink registers 71.3% of all pairs and is trained on 12,000 images.")
    assert claim.flags == ()
    assert [e.passage for e in claim.evidence] == ["1.7", "1.5"]


def test_the_sentence_that_states_it_is_added_and_a_stranger_dropped() -> None:
    claim = audited("1.1", en="Each keypoint votes for a shoreline curve.")
    assert [e.passage for e in claim.evidence] == ["1.6"]


def test_a_heading_proves_nothing() -> None:
    of_many = paper(("Method", "Voting for a Shoreline Curve."))
    reply = ClaimReply(passages=("1.11",), en="Each keypoint is voting for a shoreline curve.")
    claim = Auditor(of_many, ("en",)).audited(Citer(of_many).claim(reply, whole=True))
    assert [e.passage for e in claim.evidence] == ["1.6"]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Sliding Window Attention.", True),
        ("Results and Discussion", True),
        ("Figure 1: Sliding Window Attention.", True),
        ("Table 2: SeasonLink beats all baselines.", False),
        ("Comparison with the State of the Art:", True),
        ("We Train on ImageNet with 30 epochs.", False),
        ("Llama 2 13B", False),
        ("SWA exploits the stacked layers of a transformer.", False),
        ("滑动窗口注意力。", False),
        ("= +", False),
    ],
)
def test_what_is_set_like_a_heading(text: str, heading: bool) -> None:
    assert names_only(text) is heading


def test_a_claim_like_nothing_in_the_paper_is_flagged() -> None:
    assert "unlike_paper" in kinds(
        audited("1.7", en="Quantum annealing of proteins heals broken telescopes overnight.")
    )


def test_no_sentence_of_a_claim_is_carried_by_another() -> None:
    true = "SeasonLink registers 71.3% of all pairs within 3 pixels, against 52.8% for the baseline."
    assert kinds(audited("1.7", en=f"{true} It runs 2.5 times faster than the baseline.")) == set()
    assert "unlike_paper" in kinds(audited("1.7", en=f"{true} Quantum annealing heals broken telescopes overnight."))


@pytest.mark.parametrize("text", ["It beats SuperGlue on MegaDepth.", "它在 MegaDepth 上优于 SuperGlue。"])
def test_a_name_that_the_paper_does_not_use_is_flagged(text: str) -> None:
    claim = audited("1.7", **{"zh" if "优" in text else "en": text})
    assert {f.detail for f in claim.flags if f.kind == "name_not_found"} == {"SuperGlue", "MegaDepth"}


@pytest.mark.parametrize(
    ("said", "foreign"),
    [
        ("It is a text-to-image model.", ["text-to-image"]),
        ("The encoder is semi-supervised and zero-shot.", ["semi-supervised", "zero-shot"]),
        ("该编码器是 semi-supervised 的。", ["semi-supervised"]),
        ("A text-to-video model is self-supervised, end-to-end and state-of-the-art.", []),
        ("The text-to-video encoder is pre-trained.", []),
    ],
)
def test_a_term_against_which_the_paper_has_another_is_flagged(said: str, foreign: list[str]) -> None:
    terms = paper(("Method", "The text-to-video encoder is self-supervised, few-shot and used after pretraining."))
    claim = Citer(terms).claim(ClaimReply(passages=("1.11",), en=said), whole=True)
    flags = Auditor(terms, ("en",)).audited(claim).flags
    assert [f.detail for f in flags if f.kind == "name_not_found"] == foreign


def test_an_acronym_of_the_papers_words_is_no_new_name() -> None:
    claim = audited("1.6", en="Curves are matched by DP for each keypoint.")
    assert "name_not_found" not in kinds(claim)


def test_a_lost_hedge_is_named() -> None:
    claim = audited(
        "1.9", zh="结果有助于监测湖冰。", en="The results help to monitor ice cover on lakes without new cameras."
    )
    assert [(f.kind, f.detail) for f in claim.flags] == [("hedge_lost", "may")]
    kept = audited("1.9", zh="结果或许有助于监测湖冰。", en="The results may help to monitor ice cover on lakes.")
    assert kept.flags == ()


@pytest.mark.parametrize(
    ("sentence", "claim", "some"),
    [
        ("It works on most of the lakes.", "It works on all lakes.", "most of the lakes"),
        ("Some winter pairs fail.", "Every pair fails.", "Some winter pairs"),
        ("该方法在大多数湖泊上有效。", "该方法在所有湖泊上有效。", "大多数湖泊"),
        ("It works on most lakes.", "It works on nearly all lakes.", None),
        ("Most lakes and all rivers freeze.", "All rivers freeze.", None),
        ("Many models fail on some data.", "All of our cameras see them.", None),
        ("It works on most lakes, and on all lakes in summer.", "It works on all lakes in summer.", None),
    ],
)
def test_some_must_not_become_all(sentence: str, claim: str, some: str | None) -> None:
    assert hedges.generalised(claim, sentence) == some


def test_languages_must_agree_on_numbers() -> None:
    assert kinds(audited("1.7", zh="配准了 52.8% 的图像对。", en="It registers 71.3% of pairs.")) == {
        "languages_disagree"
    }


@pytest.mark.parametrize(
    ("zh", "en"),
    [("It registers pairs well in all seasons of the year.", ""), ("", "它能在所有季节里配准图像对。")],
)
def test_the_other_language_is_flagged(zh: str, en: str) -> None:
    assert "wrong_language" in kinds(audited("1.7", zh=zh, en=en))


def test_markup_and_placeholders_are_flagged() -> None:
    assert kinds(audited("1.7", en="It registers **71.3%** of pairs.")) == {"unclean"}
    assert kinds(audited("1.7", en="It registers pairs on the xxx dataset.")) == {"unclean"}


def test_a_fields_own_name_is_no_answer() -> None:
    for zh, en in (("任务", "task"), ("主要结果", "main_result"), ("研究背景。", "Background:")):
        assert "unclean" in kinds(audited("1.7", zh=zh, en=en))
    assert "unclean" not in kinds(audited("1.7", zh="图像对", en="pairs"))


def test_a_sentences_own_list_is_no_number() -> None:
    en = "SeasonLink registers (1) 71.3% of all pairs, (2) within 3 pixels."
    assert kinds(audited("1.7", zh="SeasonLink 在 3 像素内配准了 71.3% 的图像对。", en=en)) == set()
    assert "number_not_found" in kinds(audited("1.7", en="SeasonLink registers all pairs within (4) pixels."))


def test_silence_is_no_claim_and_says_so() -> None:
    claim = audited()
    assert not claim.stated
    assert kinds(claim) == {"not_stated"}
    assert Auditor(PAPER, ("en",)).totals([claim]).claims == 0


def test_totals() -> None:
    good = audited("1.7", en="It registers 71.3% of pairs within 3 pixels.")
    bad = audited("1.7", zh="配准了 99.9% 的图像对。", en="It registers 71.3% of pairs.")
    totals = Auditor(PAPER, ("zh", "en")).totals([good, bad])
    assert (totals.claims, totals.traced, totals.language_mismatches) == (2, 1, 1)
    assert (totals.numbers, totals.numbers_found) == (4, 3)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("使用 SeasonLink 与 ResNet 进行匹配", True, False),
        ("SeasonLink matches images of the Songhua river (松花江) well", False, True),
        ("71.3%", True, True),
    ],
)
def test_terms_in_the_other_language_are_no_mismatch(text: str, zh: bool, en: bool) -> None:
    assert (in_language(text, "zh"), in_language(text, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("language", "text", "pure"),
    [
        ("en", "We perform了一系列 benchmarks of chat models, and find some differences between them.", False),
        ("en", "The word 语义 is split in two.", False),
        ("en", 'The word "语义" (meaning, 意义) is split in two by the encoder of each model.', True),
        ("zh", "讨论SU(3)结构对正 parity charm meson resonances的影响，并与最近的结果进行了对比。", False),
        ("zh", "使用码本大小为 16384 和 downsamples images by a factor of 16 的编码器。", False),
        ("zh", "采用 chain of thought 提示，并以平均精度（mean average precision over classes）评测。", True),
        ("zh", "在 ImageNet 上用 vanilla attention 的 baseline 对比了 SeasonLink。", True),
    ],
)
def test_the_other_language_stands_where_it_names_something(language: Language, text: str, pure: bool) -> None:
    """The first of each is what a small model wrote."""
    assert unmixed(text, language) is pure


@pytest.mark.parametrize(
    ("zh", "en", "odd"),
    [
        ("用随机欠采样得到多组语料。", "It uses random over-sampling.", "欠采样 / over-sampling"),
        ("用随机欠采样得到多组语料。", "It uses random undersampling.", None),
        ("用随机欠采样而不是过采样。", "It uses oversampling.", None),
        ("这是无监督的方法。", "It is a supervised method.", "无监督 / supervised"),
        ("这是自监督的方法。", "It is self-supervised and learns without supervision.", None),
        ("内存线性增长，模型是非线性的。", "Memory grows linearly; the model is nonlinear.", None),
        ("编码器共享权重。", "The decoder shares weights.", "编码器 / decoder"),
        ("自编码器共享权重。", "The autoencoder shares weights.", None),
        ("定位精度高。", "Localisation is precise, and a globally known map helps.", None),
    ],
)
def test_terms_of_both_languages_are_no_opposites(zh: str, en: str, odd: str | None) -> None:
    """The first is what a small model wrote."""
    assert contrast(zh, en) == odd


def test_what_was_said_before_answers_no_other_question() -> None:
    said = Claim(zh="讨论了湖岸。", en="We discuss lake shores.")
    again = Claim(zh="讨论湖岸问题。", en="We discuss lake  shores")
    other = Claim(zh="不讨论河流。", en="We do not discuss rivers.")
    reply = {"significance": said, "innovation": again, "limitations": other, "workload": Claim()}
    assert [path for path, c in with_repeats_flagged(reply, "en").items() if c.flags] == ["innovation"]


def test_a_few_words_are_audited_as_words() -> None:
    """Names are of no language, and what only names hedges nothing; all else is held to the paper the same."""
    assert audited("1.9", zh="湖冰监测", en="monitoring ice cover on lakes").flags == ()
    assert audited("1.2", zh="SeasonLink", en="SeasonLink").flags == ()
    assert kinds(audited("1.7", zh="81.3%（3 像素内）", en="81.3% within 3 pixels")) == {"number_not_found"}
    assert "wrong_language" in kinds(audited("1.9", zh="monitoring ice cover", en="monitoring ice cover"))


@pytest.mark.parametrize(
    ("sentence", "claim", "detail"),
    [
        ("The encoder does not transfer to rivers.", "The encoder transfers to rivers.", "not transfer to rivers"),
        ("The encoder cannot handle moving cameras.", "The encoder handles moving cameras.", "cannot handle moving"),
        ("该方法不能处理移动的相机。", "该方法能处理移动的相机。", "不能处理移动的相"),
        ("SeasonLink outperforms RoadNet on roads.", "RoadNet outperforms SeasonLink on roads.", "outperforms RoadNet"),
        ("RoadNet is slower than SeasonLink.", "SeasonLink is slower than RoadNet.", "RoadNet is slower"),
        ("Links help, because ice is stiff and water is not [1].", "Ice is stiff and water is.", "water is not"),
        # words that only begin like a negation, and negations of something else
        ("On input images without labels it does not transfer.", "On input images without labels it transfers.", "not"),
        ("该模型不能迁移到不同的河流。", "该模型能迁移到不同的河流。", "不能"),
    ],
)
def test_the_opposite_of_a_sentence_is_no_claim_of_it(sentence: str, claim: str, detail: str) -> None:
    found = opposites.lost_negation(claim, sentence) or opposites.swapped(claim, sentence)
    assert found
    assert detail in found


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("The encoder does not transfer to rivers.", "The encoder fails to transfer to rivers."),
        ("Accuracy does not drop without pairs, and the encoder is small.", "The encoder is small."),
        ("It is not only fast but accurate.", "It is fast and accurate."),
        ("It does not blur images and does not need pairs.", "It does not need pairs, for input images."),
        ("The encoder does not transfer to rivers.", "The encoder is unable to transfer to rivers."),
        ("该编码器不能迁移到河流，也没有地图。", "没有地图时，该编码器难以迁移到河流。"),
        ("SeasonLink outperforms RoadNet on roads.", "SeasonLink outperforms RoadNet on roads and paths."),
        ("SeasonLink outperforms RoadNet.", "RoadNet is outperformed by SeasonLink."),
        ("RoadNet is outperformed by SeasonLink.", "SeasonLink outperforms RoadNet."),
    ],
)
def test_another_way_to_say_it_is_no_opposite(sentence: str, claim: str) -> None:
    assert opposites.lost_negation(claim, sentence) is None
    assert opposites.swapped(claim, sentence) is None
