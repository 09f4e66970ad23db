"""How many planted faults the audit catches, and how often it cries wolf: python -m tests.bench.audit [PDF ...]

Faults are planted in each paper's own sentences; the sentences as they are count as sound claims.
"""

import sys
from collections import Counter
from pathlib import Path

from chatpaper import source
from chatpaper.reading import Reader
from tests.chain import sentences

DATA = Path(__file__).parents[1] / "data"
DEFAULT = [DATA / name for name in ("two-columns.pdf", "one-column.pdf", "no-sections.pdf", "chinese.pdf")]


def main(paths: list[Path]) -> None:
    planted, found = Counter[str](), Counter[str]()
    sound = alarms = 0
    with Reader() as reader:
        for path in paths:
            paper = reader.read(source.from_path(path, name=path.name, max_mb=50))
            there, seen, claims, cried = sentences.counted(paper)
            planted, found, sound, alarms = planted + there, found + seen, sound + claims, alarms + cried
            print(
                f"{path.name:28} {seen.total():5} of {there.total():5} caught, {cried:3} alarms on {claims} sentences"
            )
    for name, count in planted.most_common():
        print(f"  {name:28} {found[name]:5} of {count:5}  {100 * found[name] / count:5.1f} %")
    print(f"  {'false alarms':28} {alarms:5} of {sound:5}  {100 * alarms / sound:5.1f} %")


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]] or DEFAULT)
