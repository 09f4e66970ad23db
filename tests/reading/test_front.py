"""What stands before the first section."""

import pytest

from chatpaper.reading.desk import block_of
from chatpaper.reading.front import find_abstract

from .made import line

PROSE = (
    "Patients were asked in each hospital how the programme served them after they had left the clinic. ",
    "Sessions held them together, and most of them found that what they learned there was well worth the way. ",
    "Once the programme had ended many felt left alone, and their care at home became less regular than before.",
)
PLACES = (
    "Department of Physics, University of London; Institute of Optics, College of Science, Academy of Paris",
    "School of Computing, University of Leeds; Laboratory of Systems, Faculty of Mathematics, University of Bonn",
    "Center for Research, Hospital of the Foundation, Division of Technology, Institute of Intelligence, Alphabet.",
)


@pytest.mark.parametrize(("lines", "found"), [(PROSE, True), (PLACES, False)])
def test_prose_on_institutions_may_be_an_abstract_and_affiliations_may_not(lines: tuple[str, ...], found: bool) -> None:
    title = line("A Study of Something", base=100, size=18)
    block = block_of(1, "text", [line(text, base=200 + 12 * i) for i, text in enumerate(lines)], "")
    assert find_abstract([block], [], [title], 10.0) == ([block] if found else [])
