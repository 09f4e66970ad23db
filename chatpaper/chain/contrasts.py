"""Terms that stand against each other, in Chinese and English: 欠采样 is no oversampling.

Only terms of the trade with one fixed translation; everyday words ("more", "better") turn round too easily.
"""

import re

_GROUPS: tuple[tuple[tuple[str, str], ...], ...] = (
    ((r"欠采样", r"under-?sampl"), (r"过采样", r"over-?sampl")),
    ((r"下采样|降采样", r"down-?sampl"), (r"上采样|升采样", r"up-?sampl")),
    ((r"欠拟合", r"under-?fit"), (r"过拟合", r"over-?fit")),
    (
        (r"无监督", r"unsupervised"),
        (r"自监督", r"self-?supervised"),
        (r"半监督", r"semi-?supervised"),
        (r"弱监督", r"weakly[- ]?supervised"),
        (r"(?:有|全|强)监督", r"(?<![a-z])(?<!self-)(?<!semi-)(?<!weakly-)(?<!weakly )supervised"),
    ),
    ((r"零样本", r"zero-?shot"), (r"少样本|小样本", r"few-?shot"), (r"单样本", r"one-?shot")),
    ((r"编码器", r"encoder"), (r"解码器", r"decoder")),
    ((r"上界", r"upper bound"), (r"下界", r"lower bound")),
    ((r"非线性", r"non-?linear"), (r"(?<!非)线性", r"(?<!non)(?<!non-)linear")),
    ((r"离散", r"discrete"), (r"连续", r"continu")),
    ((r"稀疏", r"spars"), (r"稠密|密集", r"dense")),
    ((r"异步", r"asynchron"), (r"同步", r"(?<!a)synchron")),
    ((r"在线", r"on-?line"), (r"离线", r"off-?line")),
    ((r"局部", r"local"), (r"全局", r"global")),
    ((r"正相关", r"positive(?:ly)? correlat"), (r"负相关", r"(?:negative|inverse)(?:ly)? correlat")),
    ((r"白盒", r"white-?box"), (r"黑盒", r"black-?box"), (r"灰盒", r"gr[ae]y-?box")),
    ((r"最大化", r"maximi[sz]"), (r"最小化", r"minimi[sz]")),
    ((r"单向", r"unidirectional"), (r"双向", r"bidirectional")),
    ((r"静态", r"static"), (r"动态", r"dynamic")),
    ((r"定性", r"qualitativ"), (r"定量", r"quantitativ")),
    ((r"真阳性", r"true positive"), (r"假阳性", r"false positive"), (r"假阴性", r"false negative")),
)
"""In each group one term a line, as Chinese and English write it."""


def contrast(zh: str, en: str) -> str | None:
    """Two terms, such as "欠采样 / oversampling", of which Chinese and English each have only one; else None."""
    english = en.casefold().replace("\u2010", "-").replace("\u2011", "-")
    for group in _GROUPS:
        there = [re.search(chinese, zh) for chinese, _ in group]
        here = [re.search(rf"(?<![a-z]){word}[a-z]*" if word[0].isalpha() else word, english) for _, word in group]
        if any(there) and any(here) and not any(a and b for a, b in zip(there, here, strict=True)):
            return f"{next(filter(None, there))[0]} / {next(filter(None, here))[0]}"
    return None
