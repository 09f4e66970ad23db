"""Every word of the page around the digest, in Chinese and English."""

import re

from ..rendering.labels import both
from ..value import Bilingual, Language, Value


class Words(Value):
    source: Bilingual = both("arXiv 编号或链接", "arXiv id or link")
    source_hint: Bilingual = both("arXiv 编号或链接，可以一次多个", "arXiv ids or links, one or several")
    go: Bilingual = both("精读", "Digest")
    stop: Bilingual = both("停止", "Stop")
    upload: Bilingual = both("上传 PDF", "Upload PDFs")
    language: Bilingual = both("精读的语言", "Language of the digest")
    side_by_side: Bilingual = both("对照", "Both")
    other_interface: Bilingual = both("EN", "中")

    settings: Bilingual = both("设置：引擎、密钥、PDF 密码", "Settings: engine, key, PDF password")
    engine: Bilingual = both("引擎", "Engine")
    engine_about: Bilingual = both(
        "自动：有密钥就用模型，没有就摘录。"
        "Gemini 或 OpenAI 兼容服务：由模型写出中英文精读，每句附原文依据，论文内容会发给该服务。"
        "摘录：不用模型、不用密钥，论文不发给任何人，按规则挑出论文自己的句子。",
        "Automatic: a model where there is a key, else extracts. "
        "Gemini or an OpenAI-compatible service: a model writes the digest, in Chinese and English, "
        "each statement with its evidence; the paper's text is sent to that service. "
        "Extracts: no model, no key, nothing sent to anyone; the paper's own sentences, picked by rule.",
    )
    engine_auto: Bilingual = both("自动", "Automatic")
    engine_openai: Bilingual = both("OpenAI 兼容", "OpenAI-compatible")
    engine_local: Bilingual = both("本机模型", "Local model")
    engine_extractive: Bilingual = both("摘录", "Extracts")
    key: Bilingual = both("密钥（自动时为 Gemini 的）", "Key (Gemini's, if automatic)")
    key_about: Bilingual = both(
        "只用于你自己的运行：不写入磁盘、日志或浏览器存储，关闭页面即消失。"
        "Gemini 的可在 aistudio.google.com 申请；多个用逗号隔开。",
        "For your own runs only: never written to disk, logs or browser storage; gone when you close the page. "
        "Gemini's are given at aistudio.google.com; several are parted by commas.",
    )
    test_key: Bilingual = both("测试", "Test")
    forget_key: Bilingual = both("忘记密钥", "Forget the key")
    key_works: Bilingual = both(
        "密钥可用：{engine} 列出了 {count} 个模型", "The key works: {engine} lists {count} models"
    )
    answers: Bilingual = both(
        "没有填密钥也已接通：{engine} 列出了 {count} 个模型",
        "It answers without a key of yours: {engine} lists {count} models",
    )
    not_among: Bilingual = both("，但其中没有 {model}", ", but {model} is not among them")
    no_key_needed: Bilingual = both(
        "没有填密钥；不填也能用：按规则摘录论文自己的句子",
        "No key is given, and none is needed: the paper's own sentences are then extracted by rule",
    )
    no_answer: Bilingual = both(
        "等了半分钟没有回音；请检查接口地址和网络",
        "there was no answer within half a minute; check the address and the network",
    )
    base_url: Bilingual = both("接口地址", "Address of the service")
    base_url_about: Bilingual = both(
        "可选一家，也可填写别的 OpenAI 兼容地址，如 https://example.com/v1。"
        "自己填的地址只会收到你自己的密钥，并且只能是公网地址，除非部署者允许。",
        "Choose one, or type any other OpenAI-compatible address, such as https://example.com/v1. "
        "It receives your own key only, and must be a public address, unless the owner of this page allows others.",
    )
    base_url_own: Bilingual = both("本站设定的", "As set up here")
    model: Bilingual = both("模型", "Model")
    model_own: Bilingual = both("默认", "The default")
    model_default: Bilingual = both(
        "点开即列出服务方的模型，也可自己填写。默认：Gemini 用 {gemini}，OpenAI 兼容服务用 {openai}",
        "Opened, it lists the provider's models; any other may be typed. "
        "Default: {gemini} (Gemini), {openai} (OpenAI-compatible)",
    )
    password: Bilingual = both("PDF 密码", "PDF password")
    password_about: Bilingual = both("仅当 PDF 加密时需要", "Only for an encrypted PDF")
    anyway: Bilingual = both(
        "仍然继续：不像论文的 PDF 也处理，扫描件先识别文字（OCR）",
        "Go on anyway: also with a PDF that does not look like a paper, or a scan (by OCR)",
    )

    home: Bilingual = both("读一篇论文，每句话都能核对", "Read a paper; check every sentence")
    home_about: Bilingual = both(
        "给出 arXiv 编号或上传 PDF：一句话、要点、四个问题、方法、结论，中文或英文。"
        "每条后面的页码都能点开，在论文原页上标出它所依据的那句话；对不上的地方会标明。",
        "Give an arXiv id or upload a PDF: one line, takeaways, four questions, methods and conclusion, "
        "in Chinese or English. Every page number opens the paper at the very sentence a statement rests on; "
        "what does not match is flagged.",
    )
    home_keyless: Bilingual = both(
        "不需要密钥也能用：没有密钥时，摘录论文自己的句子。",
        "It works without any key: it then extracts the paper's own sentences.",
    )
    examples: Bilingual = both("试试", "Try")
    recent: Bilingual = both("最近读过", "Recent")
    recent_search: Bilingual = both("在标题、编号、文件名中查找", "Search titles, ids and file names")
    recent_forget: Bilingual = both("移除", "Remove")
    recent_clear: Bilingual = both("全部清除", "Clear all")
    recent_about: Bilingual = both(
        "这份清单只存在你的浏览器里：标题、编号，和你的提问与回答；没有密钥，没有论文正文。",
        "This list is kept in your browser only: titles, ids, your questions and their answers; no key, no paper.",
    )
    gone: Bilingual = both(
        "“{name}”已不在服务器上；请重新上传，已完成的部分不会重做",
        "“{name}” is not on the server any more; upload it again, what was finished is not made anew",
    )
    no_source: Bilingual = both(
        "还没有论文；请填写 arXiv 编号或链接，或上传 PDF",
        "there is no paper yet; give an arXiv id or link, or upload a PDF",
    )
    unexpected: Bilingual = both(
        "程序出了意外的错误；请重试，若再次发生请换一篇论文",
        "something unexpected went wrong; try again, or try another paper",
    )
    problem: Bilingual = both("没有成功", "It did not work")
    fetching: Bilingual = both("取得论文", "Getting the paper")
    in_line: Bilingual = both("排队中，前面还有 {before} 位", "in line, {before} before you")
    next_in_line: Bilingual = both("排队中，下一个就是你", "in line, you are next")
    working: Bilingual = both("进行中", "working")
    finished: Bilingual = both("完成", "Done")
    stopped: Bilingual = both("已停止，已完成的部分保留", "Stopped; what was finished is kept")
    failed: Bilingual = both("未完成", "Not finished")
    seconds: Bilingual = both("{seconds} 秒", "{seconds} s")
    read_so_far: Bilingual = both("已读 {tokens} / {total} 词元", "{tokens} of {total} tokens read")
    skipped: Bilingual = both("未完成", "not finished")
    only_asked: Bilingual = both(
        "这份精读只写了一种语言；按“精读”可写另一种",
        "This digest was written in one language; press Digest for the other",
    )

    queue: Bilingual = both("{count} 篇论文", "{count} papers")
    queue_done: Bilingual = both("{count} 篇完成", "{count} done")
    queue_doing: Bilingual = both("{count} 篇进行中", "{count} at work")
    queue_todo: Bilingual = both("{count} 篇等待", "{count} waiting")
    queue_failed: Bilingual = both("{count} 篇没有成功", "{count} failed")
    queue_stopped: Bilingual = both("{count} 篇已停止", "{count} stopped")
    queue_is_todo: Bilingual = both("等待", "waiting")
    queue_is_doing: Bilingual = both("进行中", "at work")
    queue_is_done: Bilingual = both("完成", "done")
    queue_is_failed: Bilingual = both("没有成功", "failed")
    queue_is_stopped: Bilingual = both("已停止", "stopped")
    queue_again: Bilingual = both("继续未完成的", "Go on with the rest")
    queue_previous: Bilingual = both("‹ 上一篇", "‹ Previous paper")
    queue_next: Bilingual = both("下一篇 ›", "Next paper ›")
    papers: Bilingual = both("论文", "Papers")

    copy_markdown: Bilingual = both("复制 Markdown", "Copy as Markdown")
    copy_link: Bilingual = both("复制链接", "Copy link")

    ask_heading: Bilingual = both("问这篇论文", "Ask the paper")
    ask_about: Bilingual = both(
        "问一件具体的事。有模型时，从论文的句子作答，每条附出处，论文没说就直说；没有模型时，找出论文里最相关的原句。",
        "Ask for one thing. A model answers from the paper's sentences, with the place of each, or the paper does not "
        "say; without a model, the sentences of the paper that come closest are found.",
    )
    question: Bilingual = both("问题", "Question")
    question_hint: Bilingual = both("例如：用了哪些数据？和谁比较？", "For example: which data were used?")
    ask: Bilingual = both("提问", "Ask")
    ask_stopped: Bilingual = both("已停止；可以再问一次", "stopped; you can ask again")

    pane_hint: Bilingual = both(
        "点击句末的页码，这里打开论文的那一页，并标出那句话。",
        "Click a page number behind a sentence: the page opens here, with that sentence marked.",
    )
    paper_page: Bilingual = both("第 {page} 页 · 共 {pages} 页", "Page {page} of {pages}")
    page_alt: Bilingual = both(
        "论文第 {page} 页，标出所引的句子", "Page {page} of the paper, the cited sentence marked"
    )
    previous: Bilingual = both("‹ 上一处", "‹ Previous")
    next: Bilingual = both("下一处 ›", "Next ›")
    close: Bilingual = both("关闭", "Close")
    no_pdf: Bilingual = both(
        "这份 PDF 已不在服务器上，看不到原页；重新上传即可恢复。",
        "This PDF is not on the server any more, so its pages cannot be shown; upload it again to see them.",
    )
    no_page: Bilingual = both("这一页显示不出来；请重新上传论文", "This page cannot be shown; upload the paper again")

    post: Bilingual = both("专题文章", "Post")
    post_home: Bilingual = both("一个方向的新论文，写成一篇文章", "A topic's new papers, as one post")
    post_about: Bilingual = both(
        "先在 arXiv 查找，再勾选要写的论文。语言、引擎和密钥用上方的设置；"
        "写完可以预览，并下载为 Hexo、Hugo 或普通 Markdown。",
        "Search arXiv, then tick the papers to write about. Language, engine and key are those above; "
        "the finished post can be previewed, and taken away for Hexo, Hugo or as plain Markdown.",
    )
    post_topic: Bilingual = both("文章标题", "Title of the post")
    post_topic_hint: Bilingual = both("例如 扩散模型", "such as Diffusion Models")
    post_query: Bilingual = both("arXiv 检索式", "arXiv query")
    post_query_hint: Bilingual = both(
        '例如 cat:cs.CV AND abs:"diffusion model"', 'such as cat:cs.CV AND abs:"diffusion model"'
    )
    post_since: Bilingual = both("起始日期（可不填）", "From (optional)")
    post_until: Bilingual = both("截止日期（可不填）", "To (optional)")
    post_day_hint: Bilingual = both("例如 2024-04-19", "e.g. 2024-04-19")
    post_most: Bilingual = both("最多几篇", "At most")
    post_find: Bilingual = both("查找", "Search")
    post_make: Bilingual = both("写这篇文章", "Make the post")
    post_go_on: Bilingual = both("继续", "Go on")
    post_no_query: Bilingual = both("还没有检索式", "there is no query yet")
    post_no_day: Bilingual = both("“{given}”不是 2024-04-19 这样的日期", "“{given}” is not a date like 2024-04-19")
    post_days_crossed: Bilingual = both("起始日期晚于截止日期", "the first day is later than the last")
    post_searching: Bilingual = both("正在 arXiv 查找… {seconds} 秒", "Searching arXiv … {seconds} s")
    post_none: Bilingual = both(
        "arXiv 没有符合的论文；请放宽检索式或日期", "arXiv has no such papers; widen the query or the dates"
    )
    post_found: Bilingual = both("arXiv 有 {total} 篇，列出 {count} 篇", "arXiv counts {total}; {count} are listed")
    post_missing: Bilingual = both("有 {missing} 篇 arXiv 没有给出", "arXiv did not send {missing} of them")
    post_all: Bilingual = both("全选", "All")
    post_nothing: Bilingual = both("全不选", "None")
    post_estimate: Bilingual = both(
        "要写 {count} 篇 · 约输入 {input}、输出 {output} 个 token · {price}",
        "{count} to write · about {input} tokens in, {output} out · {price}",
    )
    post_estimate_free: Bilingual = both("要写 {count} 篇 · 不用模型，不花钱", "{count} to write · no model, no cost")
    post_price: Bilingual = both("约 {dollars} 美元", "about ${dollars}")
    post_no_price: Bilingual = both("价格未知", "price not known")
    post_waiting: Bilingual = both("等待", "waiting")
    post_done: Bilingual = both("完成", "done")
    post_incomplete: Bilingual = both("部分完成：{reason}", "in part: {reason}")
    post_failed: Bilingual = both("没有完成：{reason}", "not done: {reason}")
    post_progress: Bilingual = both("{done} / {count} 篇 · {seconds} 秒", "{done} of {count} papers · {seconds} s")
    post_finished: Bilingual = both("写好了：{done} 篇", "Papers ready: {done}")
    post_finished_but: Bilingual = both(
        "写好了：{done} 篇；{failed} 篇没有完成", "Papers ready: {done}; not done: {failed}"
    )
    post_stopped: Bilingual = both(
        "已停止，完成的 {done} 篇保留；按“继续”接着做，不会重复花费",
        "Stopped; the {done} finished are kept. Go on takes up the rest, and pays for nothing twice",
    )
    post_shape: Bilingual = both("下载为", "Take it away as")
    post_plain: Bilingual = both("普通 Markdown", "Plain Markdown")
    post_page: Bilingual = both("网页", "Web page")
    post_download: Bilingual = both("下载", "Download")
    post_preview: Bilingual = both("预览（不含图；图在下载的文件里）", "Preview (the pictures are in the download)")


WORDS = Words()


_OPTION = re.compile(r" \(--[a-z-]+\)")


def without_options(sentence: Bilingual) -> Bilingual:
    """An error's sentence without the command line's names of what the page has boxes for."""
    return Bilingual(zh=_OPTION.sub("", sentence.zh or ""), en=_OPTION.sub("", sentence.en or ""))


def translations() -> dict[str, dict[str, str]]:
    """The words by locale and name, as Gradio takes them; a browser in any Chinese gets Chinese."""
    by_language: dict[Language, dict[str, str]] = {
        "zh": {name: word.within("zh") for name, word in WORDS},
        "en": {name: word.within("en") for name, word in WORDS},
    }
    chinese = ("zh", "zh-CN", "zh-TW", "zh-HK")
    return {"en": by_language["en"], **dict.fromkeys(chinese, by_language["zh"])}
