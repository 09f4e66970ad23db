"""Every word a digest is shown with, in Chinese and English."""

import re

from ..digest import FlagKind
from ..value import Bilingual, Language, Value


def both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


class Labels(Value):
    """Headings, field names and fixed sentences of a digest."""

    one_line: Bilingual = both("一句话", "In one line")
    glance: Bilingual = both("速览", "At a glance")
    task: Bilingual = both("任务", "Task")
    data: Bilingual = both("数据", "Data")
    main_result: Bilingual = both("主要结果", "Main result")
    takeaways: Bilingual = both("要点", "Key takeaways")
    questions: Bilingual = both("四个问题", "Four questions")
    background: Bilingual = both("研究背景", "Background")
    prior_work: Bilingual = both("过去的方法与问题", "Earlier methods and their problems")
    approach: Bilingual = both("本文方法", "This paper's approach")
    results: Bilingual = both("结果是否支持目标", "Do the results support the aim?")
    methods: Bilingual = both("方法", "Methods, step by step")
    conclusion: Bilingual = both("结论", "Conclusion")
    significance: Bilingual = both("意义", "Significance")
    innovation: Bilingual = both("创新", "Innovation")
    performance: Bilingual = both("性能", "Performance")
    workload: Bilingual = both("工作量", "Workload")
    limitations: Bilingual = both("不足", "Limitations")
    sections: Bilingual = both("章节", "Sections")
    figures: Bilingual = both("图表", "Figures and tables")
    asked: Bilingual = both("问这篇论文", "Asked of the paper")
    closest: Bilingual = both(
        "最相关的原句，按相近程度排列；这不是回答：", "The closest sentences, the likest first; no answer:"
    )
    none_close: Bilingual = both("没有找到与问题用词相近的句子。", "No sentence that shares its words was found.")
    abstract: Bilingual = both("论文原摘要", "The paper's own abstract")

    fact: Bilingual = both("{name}：{value}", "{name}: {value}")
    authors: Bilingual = both("作者", "Authors")
    more_authors: Bilingual = both("{first} … 共 {count} 位作者", "{first} … {count} authors")
    affiliations: Bilingual = both("单位", "Affiliations")
    published: Bilingual = both("发布日期", "Published")
    categories: Bilingual = both("分类", "Categories")
    comment: Bilingual = both("arXiv 备注", "arXiv comment")
    keywords: Bilingual = both("关键词", "Keywords")
    links: Bilingual = both("链接", "Links")
    code: Bilingual = both("代码", "Code")
    project: Bilingual = both("项目", "Project")
    pages_read: Bilingual = both("已读 {pages} 页", "{pages} pages read")
    notices: Bilingual = both("阅读说明", "Reading notes")
    evidence: Bilingual = both("原文依据", "Evidence")
    page: Bilingual = both("第 {page} 页", "page {page}")
    quoted: Bilingual = both("“{quote}”", "“{quote}”")
    show_evidence: Bilingual = both("原文第 {page} 页：{quote}", "The paper, page {page}: {quote}")
    original: Bilingual = both("原文", "original")
    enlarge: Bilingual = both("放大 {figure}", "Enlarge {figure}")
    translate_captions: Bilingual = both("翻译图注", "Translate the captions")
    translating: Bilingual = both("正在翻译…", "translating…")
    translated_by: Bilingual = both(
        "图注由 {engine} 翻译；只核对了数字和语言，以原文为准。",
        "Captions translated by {engine}; numbers and language were checked, the original holds.",
    )
    cited_by: Bilingual = both("见", "Cited by")
    writing: Bilingual = both("正在写…", "being written…")
    skipped: Bilingual = both("这一部分没有完成：{reason}", "This part was not finished: {reason}")
    not_written: Bilingual = both("这一部分没有写。", "This part was not written.")
    not_stated: Bilingual = both("论文没有说明。", "The paper does not say.")
    not_found: Bilingual = both("没有找到说明这一点的句子。", "No sentence that says this was found.")

    extractive: Bilingual = both(
        "以下各条都是论文自己的句子，用论文的语言，由规则挑选，没有使用模型。"
        "要得到完整的中英文精读，请给出 Gemini 密钥：填在网页的“设置”里，或设为环境变量 GEMINI_API_KEY。",
        "Everything below is the paper's own sentences, in its own language, picked by rule without a model. "
        "For the full digest in Chinese and English, give a Gemini key: in the page's settings, "
        "or as the environment variable GEMINI_API_KEY.",
    )
    screening: Bilingual = both("仅供初筛，引用前请读原文", "For screening, not for citing: read the paper first")
    traced: Bilingual = both("{claims} 条论断，{traced} 条可溯源", "{traced} of {claims} statements traced")
    sentences: Bilingual = both("{claims} 句原文", "{claims} sentences of the paper")
    doubtful: Bilingual = both("{count} 条有疑问", "{count} flagged")
    numbers: Bilingual = both(
        "{numbers} 个数字中 {found} 个见于论文", "{found} of {numbers} numbers found in the paper"
    )
    mismatches: Bilingual = both("中英文不一致 {count} 处", "Chinese and English disagree in {count}")
    took: Bilingual = both("{seconds} 秒", "{seconds} s")
    tokens: Bilingual = both(
        "输入 {input}（缓存 {cached}），输出 {output}", "{input} in ({cached} cached), {output} out"
    )
    cost: Bilingual = both("约 {dollars} 美元", "about ${dollars}")
    prompts: Bilingual = both("提示词 {version}", "prompts {version}")
    by_rule: Bilingual = both("按规则摘录，不用模型", "extracted by rule, no model")


LABELS = Labels()

STAGES: dict[str, Bilingual] = {
    "reading": both("阅读", "Reading"),
    "summary": both("总结", "Summary"),
    "takeaways": both("要点", "Takeaways"),
    "methods": both("方法", "Methods"),
    "conclusion": both("结论", "Conclusion"),
}
"""What the reader sees of the work, in its order; prompt files may add stages, see `stage_name`."""


def stage_name(stage: str, language: Language) -> str:
    """What a stage is called; one of the user's own by the name of its file."""
    if stage in STAGES:
        return STAGES[stage].within(language)
    name = re.sub(r"[_-]+", " ", stage).strip()
    return name[:1].upper() + name[1:]


ENGINES: dict[str, str] = {
    "gemini": "Gemini",
    "openai": "OpenAI-compatible",
    "local": "local",
    "extractive": "extractive",
}

FLAGS: dict[FlagKind, tuple[Bilingual, Bilingual]] = {
    "no_evidence": (
        both("没有依据", "no evidence"),
        both("没有指出论文中的任何句子作为依据。", "No sentence of the paper was named in support."),
    ),
    "unknown_passage": (
        both("依据不存在", "unknown source"),
        both("所引的句子论文中不存在：{detail}。", "The cited sentence does not exist in the paper: {detail}."),
    ),
    "number_not_found": (
        both("数字未见于论文", "number not found"),
        both("论文中找不到这个数字：{detail}。", "This number is nowhere in the paper: {detail}."),
    ),
    "number_elsewhere": (
        both("数字出自别处", "number from elsewhere"),
        both(
            "论文中有这个数字，但说的似乎是别的事：{detail}。",
            "The paper seems to say this number of something else: {detail}.",
        ),
    ),
    "name_not_found": (
        both("名称未见于论文", "name not found"),
        both("论文中没有这个名称：{detail}。", "The paper does not use this name: {detail}."),
    ),
    "unlike_paper": (
        both("论文中无相近说法", "unlike the paper"),
        both("论文中没有与此相近的句子。", "No sentence of the paper resembles this."),
    ),
    "hedge_lost": (
        both("少了保留", "hedge lost"),
        both("原文的说法有保留（{detail}），这里没有。", "The paper hedges here ({detail}); this does not."),
    ),
    "opposite": (
        both("与原文相反", "the opposite"),
        both("原文说的正相反：{detail}。", "The paper says the opposite: {detail}."),
    ),
    "table_disagrees": (
        both("与表格不符", "a table disagrees"),
        both("论文自己的表格与此不符：{detail}。", "The paper's own table speaks against this: {detail}."),
    ),
    "languages_disagree": (
        both("中英文不一致", "languages disagree"),
        both("中文和英文说的不一样：{detail}。", "Chinese and English do not say the same: {detail}."),
    ),
    "wrong_language": (
        both("语言不对", "wrong language"),
        both("这段文字不是所要的语言。", "The text is not in the language that was asked for."),
    ),
    "unclean": (
        both("文字有残留", "unclean text"),
        both(
            "文字里有引用标记、占位符、标记符号或断句，或只有公式或栏目名：{detail}。",
            "Citation marks, placeholders, markup, a cut, or a mere formula or heading: {detail}.",
        ),
    ),
    "repeated": (
        both("重复", "repeated"),
        both(
            "这句话前面已经说过，没有回答这一项。",
            "This was said before already, and does not answer what is asked here.",
        ),
    ),
    "not_stated": (both("论文未述", "not stated"), LABELS.not_stated),
    "not_found": (both("未找到", "not found"), LABELS.not_found),
}
"""What a flag says on its chip, and in one sentence."""

SILENT: frozenset[FlagKind] = frozenset({"not_stated", "not_found"})
"""Flags that say why there is no text, rather than what is wrong with it."""
