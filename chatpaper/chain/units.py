"""Units behind numbers, by one name in both languages: "5 ms" and "5 毫秒" are the same, "5 s" is another thing.

Only units that can be told for certain; behind any other word a number counts as bare, which agrees with every unit.
"""

import re
from collections.abc import Mapping

_SPELLED: Mapping[str, str] = {
    "ns": "ns nanoseconds? 纳秒",
    "us": "[uμµ]s microseconds? 微秒",
    "ms": "ms msecs? milliseconds? 毫秒",
    "s": "s secs? seconds? 秒钟? 秒",
    "min": "min mins minutes? 分钟",
    "h": "h hrs? hours? 个?小时",
    "day": "days? 天",
    "week": "weeks? 个?星期 周",
    "month": "months? 个月",
    "nm": "nm nanomet(?:er|re)s? 纳米",
    "um": "[uμµ]m micromet(?:er|re)s? microns? 微米",
    "mm": "mm millimet(?:er|re)s? 毫米",
    "cm": "cm centimet(?:er|re)s? 厘米",
    "metre": "met(?:er|re)s? 米",
    "km": "km kilomet(?:er|re)s? 公里 千米",
    "mg": "mg milligrams? 毫克",
    "g": "g grams? 克",
    "kg": "kg kilograms? 公斤 千克",
    "kB": "[kK]i?B kilobytes?",
    "MB": "Mi?B megabytes?",
    "GB": "Gi?B gigabytes?",
    "TB": "Ti?B terabytes?",
    "Hz": "Hz hertz 赫兹",
    "kHz": "kHz 千赫兹?",
    "MHz": "MHz 兆赫兹?",
    "GHz": "GHz 吉赫兹?",
    "meV": "meV",
    "eV": "eV electron-?volts? 电子伏特?",
    "keV": "keV",
    "MeV": "MeV",
    "GeV": "GeV",
    "TeV": "TeV",
    "mW": "mW milliwatts? 毫瓦",
    "W": "W watts? 瓦特?",
    "kW": "kW kilowatts? 千瓦",
    "MW": "MW megawatts? 兆瓦",
    "°C": "°C 摄氏度",
    "°F": "°F 华氏度",
    "dB": "dB decibels? 分贝",
    "pixel": "px pixels? 个?像素",
}
_UNIT = re.compile(
    r"\s?-?(?:"
    + "|".join(f"(?P<u{n}>{'|'.join(forms.split())})" for n, forms in enumerate(_SPELLED.values()))
    + r")(?![A-Za-z0-9/^·*])"
)
_NAMES = tuple(_SPELLED)


def behind(text: str, end: int) -> tuple[str, int]:
    """The unit of the number that ends at `end`, and where it ends; "" where there is none that is certain."""
    match = _UNIT.match(text, end)
    return (_NAMES[int(match.lastgroup[1:])], match.end()) if match and match.lastgroup else ("", end)
