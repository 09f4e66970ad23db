"""Every word of a post that is not one of a digest, in Chinese and English."""

from ..value import Bilingual, Value
from .labels import both


class PostLabels(Value):
    """Headings, column names and fixed sentences of a post."""

    dated: Bilingual = both("{date} 更新", "Update of {date}")
    description: Bilingual = both("{topic} 方向的论文：{first}", "Papers on {topic}: {first}")
    description_more: Bilingual = both(
        "{topic} 方向的论文：{first}，等 {count} 篇", "Papers on {topic}: {first}, and {more} more"
    )
    description_none: Bilingual = both("{topic} 方向没有新论文", "No new papers on {topic}")
    notice: Bilingual = both(
        "⚠️ 以下内容由 {made} 根据论文全文生成，如有错误，仅供参考；"
        "每条论断后面标出它所依据的页码，有疑问的带有 ⚠ 标记。",
        "⚠️ What follows was written by {made} from the papers' full text and may be wrong; each statement names the "
        "pages it rests on, and doubtful ones carry a ⚠.",
    )
    notice_extractive: Bilingual = both(
        "⚠️ 以下各条都是论文自己的句子，用论文的语言，由规则挑选，没有使用模型；每条后面标出它所在的页码。",
        "⚠️ Every statement below is a sentence of the paper itself, in its own language, picked by rule without a "
        "model, with the page it stands on.",
    )
    screening: Bilingual = both(
        "🔴 请不要用于严肃的学术场景，只用于阅读论文前的初筛。",
        "🔴 For screening only, before reading: not for any serious academic use.",
    )
    maker: Bilingual = both("💗 由 ChatPaper 生成。", "💗 Made with ChatPaper.")

    briefing: Bilingual = both("速览", "Briefing")
    paper: Bilingual = both("论文", "Paper")
    category: Bilingual = both("分类", "Category")
    one_line: Bilingual = both("一句话", "In one line")
    task: Bilingual = both("任务", "Task")
    data: Bilingual = both("数据", "Data")
    result: Bilingual = both("主要结果", "Main result")
    code: Bilingual = both("代码", "Code")
    none: Bilingual = both("这一天没有新论文。", "There are no new papers this time.")
    missed: Bilingual = both("没有完成", "Not done")
    left_out: Bilingual = both(
        "另有 {count} 篇已在之前的文章里，不再重复。", "{count} more were in earlier posts and are left out."
    )
    incomplete: Bilingual = both(
        "arXiv 说有 {total} 篇，但有 {missing} 篇没有给出；下次会再找。",
        "arXiv counts {total} papers but did not send {missing} of them; the next run looks again.",
    )
    new_version: Bilingual = both(
        "🆕 新版本 {new}（{updated}）；之前的文章收录的是 {old}。",
        "🆕 New version {new} ({updated}); an earlier post holds {old}.",
    )
    changed: Bilingual = both("有改动：{what}。", "Changed: {what}.")
    changed_title: Bilingual = both("标题", "title")
    changed_abstract: Bilingual = both("摘要", "abstract")
    changed_authors: Bilingual = both("作者", "authors")
    changed_comment: Bilingual = both("备注", "comment")
    all_bibtex: Bilingual = both("本期论文的 BibTeX", "BibTeX of these papers")
    totals: Bilingual = both(
        "本期 {done} 篇完成，{skipped} 篇已发表过，{failed} 篇没有完成；输入 {input}、输出 {output} 个 token{cost}。",
        "{done} done, {skipped} already published, {failed} not done; {input} tokens in, {output} out{cost}.",
    )
    totals_cost: Bilingual = both("，约 {dollars} 美元", ", about ${dollars}")

    summary_line: Bilingual = both("一句话总结", "Summary")
    takeaways: Bilingual = both("要点", "Key Takeaways")
    digest: Bilingual = both("精读", "Digest")
    title: Bilingual = both("标题", "Title")
    summary: Bilingual = both("总结", "Summary")
    methods: Bilingual = both("方法", "Methods")
    conclusion: Bilingual = both("结论", "Conclusion")
    figures: Bilingual = both("点此查看论文图表（{count}）", "Figures and tables of the paper ({count})")
    page: Bilingual = both("第 {page} 页", "p. {page}")
    pages: Bilingual = both("（{pages}）", " ({pages})")
    not_stated: Bilingual = both("论文没有说明", "not stated")


POST = PostLabels()
