"""Every error a user can meet, each with its sentence in Chinese and English.

    ChatPaperError
    ├── InputError                  exit 2: what was given cannot be used
    │   ├── NoSuchFile
    │   ├── BadArxivId
    │   ├── UnknownPaper
    │   ├── BadQuery
    │   ├── BadOption
    │   ├── BadCall
    │   ├── BadQuestion
    │   ├── BadField
    │   ├── CannotWrite
    │   ├── DailyLimit
    │   ├── SharedLimit
    │   ├── PapersOnly
    │   ├── OwnersModel
    │   └── UnusablePdf
    │       ├── EmptyPdf
    │       ├── NotAPdf
    │       ├── BrokenPdf
    │       ├── EncryptedPdf
    │       ├── WrongPassword
    │       ├── ScannedPdf
    │       │   └── RecognisableScan
    │       ├── GarbledPdf
    │       ├── NotAPaper
    │       ├── TooLargePdf
    │       ├── TooSlowPdf
    │       └── CrashedReading
    ├── OutsideError                exit 3: arXiv or the network failed
    │   ├── ArxivUnreachable
    │   ├── ArxivRefused
    │   ├── ArxivGarbled
    │   ├── ArxivSentAway
    │   └── NoPdfAtArxiv
    ├── ModelError                  exit 4: the model failed
    │   ├── NoKey
    │   ├── NeedsModel
    │   ├── EngineNotInstalled
    │   ├── BadModelFile
    │   ├── BadEndpoint
    │   ├── PrivateEndpoint
    │   ├── WrongKey
    │   ├── NoSuchModel
    │   ├── QuotaUsedUp
    │   ├── ModelUnreachable
    │   ├── ModelBusy
    │   ├── ModelRefused
    │   └── BadReply                (asked once more before it is raised)
    ├── SetupError                  exit 2: this installation is set up wrongly
    │   ├── UnknownSetting
    │   ├── BadSetting
    │   └── BadPrompt
    ├── LongLine                    too many others wait
    ├── Restarting                  the server is being stopped
    └── Cancelled                   the user stopped it

A sentence says what happened; then, after a semicolon, what to do next. `str(error)` is the English one.
Vendor errors are translated into this tree at their border (`source/`, `llm/`) and nowhere else.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

from .value import Bilingual


class ChatPaperError(Exception):
    """The root. `values` fill the `{names}` of the sentence; a Bilingual value fills each language with its own."""

    exit_code: ClassVar[int] = 1
    said: ClassVar[Bilingual] = Bilingual(zh="出了问题；请重试", en="something went wrong; try again")

    def __init__(self, **values: object) -> None:
        self.values = values
        self.sentence = self.said.filled(**values)
        super().__init__(self.sentence.en)

    def __reduce__(self) -> tuple[object, ...]:
        """Keyword-only errors must still cross the border of a worker process."""
        return _rebuild, (type(self), self.values)


def _rebuild(kind: type[ChatPaperError], values: dict[str, object]) -> ChatPaperError:
    return kind(**values)


class InputError(ChatPaperError):
    """What was given cannot be used."""

    exit_code = 2


class NoSuchFile(InputError):
    said = Bilingual(
        zh="没有这个文件：{path}；请检查路径，或给出 arXiv 编号",
        en="there is no file {path}; check the path, or give an arXiv id",
    )


class BadArxivId(InputError):
    said = Bilingual(
        zh="“{given}”不是 arXiv 编号或链接；请写成 2404.12920、hep-th/9901001 或 arxiv.org/abs/… 的形式",
        en="'{given}' is not an arXiv id or link; write it like 2404.12920, hep-th/9901001 or arxiv.org/abs/…",
    )


class UnknownPaper(InputError):
    said = Bilingual(
        zh="arXiv 上没有编号为 {arxiv_id} 的论文；请核对编号和版本号",
        en="arXiv has no paper {arxiv_id}; check the id and its version",
    )


class BadQuery(InputError):
    said = Bilingual(
        zh='arXiv 看不懂这个检索式：{query}；请核对字段、引号和括号，例如 cat:cs.CV AND abs:"diffusion model"',
        en="arXiv does not understand the query {query}; check its fields, quotes and brackets, "
        'as in cat:cs.CV AND abs:"diffusion model"',
    )


class BadOption(InputError):
    said = Bilingual(zh="{problem}；用法见 --help", en="{problem}; see --help")


class BadCall(InputError):
    said = Bilingual(
        zh="没有“{given}”这个取值，只有 {known}；参数见 /gradio_api/info",
        en="there is no '{given}', only {known}; see /gradio_api/info",
    )


class BadQuestion(InputError):
    said = Bilingual(
        zh="{problem}；请用一两句话问论文里的一件事",
        en="{problem}; ask for one thing of the paper, in a sentence or two",
    )


class BadField(InputError):
    said = Bilingual(zh="{problem}；请改正后再查找", en="{problem}; correct it, and search again")


class CannotWrite(InputError):
    said = Bilingual(
        zh="写不进 {path}；请换一个能写的位置", en="cannot write to {path}; choose a place that can be written"
    )


class DailyLimit(InputError):
    said = Bilingual(
        zh="今天用本站密钥的 {limit} 次精读（提问四次算一次）已用完；请填写自己的密钥，改用摘录，或明天再来",
        en="today's {limit} digests on this site's key are used up (four questions count as one); "
        "give a key of your own, choose extracts, or come back tomorrow",
    )


class SharedLimit(InputError):
    said = Bilingual(
        zh="本站密钥今天给所有访客的次数已用完；请填写自己的密钥，改用摘录，或明天再来",
        en="what this site's key gives to all visitors in a day is used up; "
        "give a key of your own, choose extracts, or come back tomorrow",
    )


class PapersOnly(InputError):
    said = Bilingual(
        zh="本站的密钥只用于论文，而这份 PDF 不像论文；请填写自己的密钥，或改用摘录",
        en="this site's key is for papers only, and this PDF does not look like one; "
        "give a key of your own, or choose extracts",
    )


class OwnersModel(InputError):
    said = Bilingual(
        zh="本站的密钥只用于模型 {model}；请把“模型”留空，或填写自己的密钥",
        en="this site's key is for the model {model} only; leave the model empty, or give a key of your own",
    )


class UnusablePdf(InputError):
    """A file that cannot be digested; raised before any token is spent (rule 6)."""


class EmptyPdf(UnusablePdf):
    said = Bilingual(zh="文件是空的（0 字节）；请重新下载后再上传", en="the file is empty (0 bytes); download it again")


class NotAPdf(UnusablePdf):
    said = Bilingual(
        zh="这不是 PDF 文件，只是名字像；请上传论文的 PDF",
        en="the file is not a PDF, whatever its name says; give the paper's PDF",
    )


class BrokenPdf(UnusablePdf):
    said = Bilingual(
        zh="PDF 已损坏或不完整，一页也打不开；请重新下载后再上传",
        en="the PDF is damaged or incomplete and no page of it opens; download it again",
    )


class EncryptedPdf(UnusablePdf):
    said = Bilingual(
        zh="PDF 有密码保护；请填写密码，或上传没有密码的版本",
        en="the PDF is protected by a password; give the password (--password), or a copy without one",
    )


class WrongPassword(UnusablePdf):
    said = Bilingual(
        zh="密码打不开这个 PDF；请核对密码后重试",
        en="the password does not open this PDF; check it and try again",
    )


class ScannedPdf(UnusablePdf):
    said = Bilingual(
        zh="PDF 只有扫描图像，没有可用的文字（共 {pages} 页）；"
        "这里没有装 Tesseract，请先做文字识别（例如 ocrmypdf），或上传带文字的版本",
        en="the PDF holds only page images and no text of use ({pages} pages); Tesseract is not installed here, so "
        "run OCR on it first (ocrmypdf, for example), or give a copy with text",
    )


class RecognisableScan(ScannedPdf):
    said = Bilingual(
        zh="PDF 只有扫描图像，没有可用的文字（共 {pages} 页）；"
        "如要识别文字（OCR，每页数秒，难免有错），请选择“仍然继续”，或上传带文字的版本",
        en="the PDF holds only page images and no text of use ({pages} pages); to have it recognised (OCR, some "
        "seconds a page, with mistakes), choose 'anyway' (--anyway), or give a copy with text",
    )


class GarbledPdf(UnusablePdf):
    said = Bilingual(
        zh="PDF 的文字无法还原（字体缺少编码）；请换一个版本，例如 arXiv 上的 PDF",
        en="the PDF's text cannot be recovered (its fonts carry no encoding); try another copy, such as arXiv's",
    )


class NotAPaper(UnusablePdf):
    said = Bilingual(
        zh="这份 PDF 不像论文：没有摘要、章节或参考文献；如仍要处理，请选择“仍然继续”",
        en="this PDF does not look like a paper: no abstract, sections or references; to go on all the same, "
        "choose 'anyway' (--anyway)",
    )


class TooLargePdf(UnusablePdf):
    said = Bilingual(
        zh="文件超过 {limit_mb} MB 的上限；请上传小一些的版本",
        en="the file is over the limit of {limit_mb} MB; give a smaller copy",
    )


class TooSlowPdf(UnusablePdf):
    said = Bilingual(
        zh="读取这份 PDF 的计算时间超过了 {seconds} 秒，已停止；请换一个版本，例如 arXiv 上的 PDF",
        en="reading this PDF took more than {seconds} seconds of computing and was stopped; try another copy, such as "
        "arXiv's",
    )


class CrashedReading(UnusablePdf):
    said = Bilingual(
        zh="这份 PDF 使阅读程序崩溃或耗尽内存；请换一个版本，例如 arXiv 上的 PDF",
        en="this PDF crashed its reader or used up its memory; try another copy, such as arXiv's",
    )


class OutsideError(ChatPaperError):
    """arXiv or the network failed."""

    exit_code = 3


class ArxivUnreachable(OutsideError):
    said = Bilingual(
        zh="连不上 arXiv（{endpoint}）；请检查网络，稍后重试，或直接上传 PDF",
        en="arXiv does not answer ({endpoint}); check the network, try again later, or upload the PDF",
    )


class ArxivRefused(OutsideError):
    said = Bilingual(
        zh="arXiv 拒绝了请求（HTTP {status}）；请几分钟后重试，或直接上传 PDF",
        en="arXiv refused the request (HTTP {status}); try again in a few minutes, or upload the PDF",
    )


class ArxivGarbled(OutsideError):
    said = Bilingual(
        zh="arXiv 返回的不是所要的内容（可能是验证页面）；请稍后重试，或直接上传 PDF",
        en="arXiv sent something else than was asked for (perhaps a captcha page); try again later, or upload the PDF",
    )


class ArxivSentAway(OutsideError):
    said = Bilingual(
        zh="发给 arXiv 的请求被转到了别处，没有跟随（可能是上网登录页面）；请检查网络，或直接上传 PDF",
        en="the request to arXiv was sent on to somewhere else, and not followed (perhaps a network's login page); "
        "check the network, or upload the PDF",
    )


class NoPdfAtArxiv(OutsideError):
    said = Bilingual(
        zh="arXiv 没有提供 {arxiv_id} 的 PDF（可能已撤稿）；请查看 arXiv 页面，或上传 PDF",
        en="arXiv offers no PDF of {arxiv_id} (it may be withdrawn); look at its arXiv page, or upload the PDF",
    )


class ModelError(ChatPaperError):
    """The model failed."""

    exit_code = 4


class NoKey(ModelError):
    said = Bilingual(
        zh="没有 {engine} 的密钥；请填写密钥（或设置 {variable}），或改用 extractive 引擎",
        en="there is no key for {engine}; give one (or set {variable}), or choose the extractive engine",
    )


class NeedsModel(ModelError):
    said = Bilingual(
        zh="摘录引擎不会翻译；请在设置里填写密钥，或换一个引擎",
        en="the extractive engine cannot translate; give a key in the settings, or choose another engine",
    )


class EngineNotInstalled(ModelError):
    said = Bilingual(
        zh="没有安装 {engine} 引擎；请运行 pip install -r requirements-local.txt，或改用 extractive 引擎",
        en="the engine {engine} is not installed; run pip install -r requirements-local.txt, "
        "or choose the extractive engine",
    )


class BadModelFile(ModelError):
    said = Bilingual(
        zh="本地模型不能用（{problem}）；请把 CHATPAPER_LOCAL_MODEL 设为一个 GGUF 文件，"
        "或 Hugging Face 上的 owner/repo/file.gguf",
        en="the local model cannot be used ({problem}); set CHATPAPER_LOCAL_MODEL to a GGUF file, "
        "or to owner/repo/file.gguf on Hugging Face",
    )


class BadEndpoint(ModelError):
    said = Bilingual(
        zh="“{given}”不是可用的接口地址；请写成 https://api.deepseek.com/v1 这样，不带用户名、参数",
        en="'{given}' is not the address of an API; write it like https://api.deepseek.com/v1, "
        "without a user name or parameters",
    )


class PrivateEndpoint(ModelError):
    said = Bilingual(
        zh="{host} 是本机或内网地址，这里不连接；请换一个公网地址，"
        "或请部署者设置 CHATPAPER_ALLOW_PRIVATE_ENDPOINTS=true",
        en="{host} is an address of this machine or its network, which is not connected to from here; "
        "give a public address, or have this app's owner set CHATPAPER_ALLOW_PRIVATE_ENDPOINTS=true",
    )


class WrongKey(ModelError):
    said = Bilingual(
        zh="{engine} 不接受这个密钥；请核对密钥，或改用 extractive 引擎",
        en="{engine} does not accept the key; check it, or choose the extractive engine",
    )


class NoSuchModel(ModelError):
    said = Bilingual(
        zh="{engine} 没有名为 {model} 的模型；请换一个模型{offered}",
        en="{engine} has no model {model}; choose another one{offered}",
    )

    @classmethod
    def beside(cls, names: Sequence[str], *, engine: str, model: str) -> Self:
        """With the first few of the models that there are."""
        first = names[:5]
        offered = Bilingual(zh=f"，例如 {'、'.join(first)}", en=f", such as {', '.join(first)}") if first else ""
        return cls(engine=engine, model=model, offered=offered)


class QuotaUsedUp(ModelError):
    said = Bilingual(
        zh="{engine} 的配额已用完；请稍后重试，或换一个密钥",
        en="the quota of {engine} is used up; try again later, or use another key",
    )


class ModelUnreachable(ModelError):
    said = Bilingual(
        zh="连不上 {engine}，或连接中断；请检查网络后重试",
        en="{engine} does not answer, or the connection broke; check the network and try again",
    )


class ModelBusy(ModelError):
    said = Bilingual(
        zh="{engine} 暂时无法服务（HTTP {status}）；请稍后重试",
        en="{engine} cannot serve now (HTTP {status}); try again later",
    )


class ModelRefused(ModelError):
    said = Bilingual(
        zh="{engine} 没有完成回答（{reason}）；请重试或换一个模型",
        en="{engine} did not finish its answer ({reason}); try again or choose another model",
    )


class BadReply(ModelError):
    said = Bilingual(
        zh="{engine} 的回答不合格式（{problem}）；请重试或换一个模型",
        en="the answer of {engine} is not in the asked form ({problem}); try again or choose another model",
    )


class SetupError(ChatPaperError):
    """This installation is set up wrongly; found at start."""

    exit_code = 2


class UnknownSetting(SetupError):
    said = Bilingual(
        zh="没有名为 {name} 的设置；请检查环境变量或 .env 文件里的拼写",
        en="there is no setting {name}; check its spelling in the environment or the .env file",
    )


class BadSetting(SetupError):
    said = Bilingual(
        zh="设置 {name} 的值不能用；请改正环境变量或 .env 文件（取值见 README）",
        en="the value of {name} cannot be used; correct the environment or the .env file (README lists the values)",
    )


class BadPrompt(SetupError):
    said = Bilingual(
        zh="提示文件 {file} 第 {line} 行有误：{problem}；请改正该文件",
        en="the prompt file {file} is wrong at line {line}: {problem}; correct the file",
    )


class LongLine(ChatPaperError):
    """Too many others wait."""

    said = Bilingual(
        zh="排队的人太多；请几分钟后再试，或在自己的电脑上运行本程序",
        en="too many others are waiting; try again in a few minutes, or run this program on your own machine",
    )


class Restarting(ChatPaperError):
    """The server is being stopped."""

    said = Bilingual(
        zh="服务正在重启；请一分钟后再试，已完成的部分保留",
        en="the server is being restarted; try again in a minute, what was finished is kept",
    )


class Cancelled(ChatPaperError):
    """The user stopped it."""

    exit_code = 130
    said = Bilingual(zh="已停止；已完成的部分保留", en="stopped; what was finished is kept")
