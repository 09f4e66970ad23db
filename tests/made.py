"""A small paper made by hand, for tests that need no PDF."""

from chatpaper.paper import Paper, Passage, ReadingReport, Section

SENTENCES = (
    ("Abstract", "Matching winter images with summer images is an important problem for lake ecology."),
    ("Abstract", "We propose SeasonLink, a matcher that learns correspondence without aligned pairs [3]."),
    ("Introduction", "However, existing methods fail when snow hides the corners they rely on (Smith et al., 2020)."),
    ("Introduction", "Unlike earlier work, our method is the first that needs no aligned images at all."),
    ("Method", "The encoder is trained on 12,000 unpaired images with a cycle loss for 30 epochs."),
    ("Method", "Each keypoint votes for a shoreline curve, and curves are matched by dynamic programming."),
    ("Results", "SeasonLink registers 71.3% of all pairs within 3 pixels, against 52.8% for the baseline."),
    ("Results", "It runs 2.5 times faster than the baseline and uses 7 million parameters in total."),
    ("Conclusion", "Our results may help to monitor ice cover on lakes without new cameras."),
    ("Limitations", "We did not test the method on rivers, and it cannot handle moving cameras."),
)


def paper(*extra: tuple[str, str]) -> Paper:
    """The paper above, with more (section, sentence) pairs behind it."""
    sentences = (*SENTENCES, *extra)
    passages = tuple(
        Passage(
            id=f"1.{n}", page=1, section=section, kind="text", text=text, rects=((72.0, 70.0 + n, 300.0, 80.0 + n),)
        )
        for n, (section, text) in enumerate(sentences, 1)
    )
    sections = tuple(
        Section(number=None, title=title, level=1, page=1, text=" ".join(t for s, t in sentences if s == title))
        for title in dict.fromkeys(s for s, _ in sentences)
        if title != "Abstract"
    )
    return Paper(
        title="SeasonLink: Sparse Correspondence Across Seasons",
        authors=("Mira Hallworth", "Jun Albrecht"),
        affiliations=("Tarn Laboratory, University of Invention",),
        abstract=" ".join(text for section, text in sentences if section == "Abstract"),
        arxiv_id=None,
        doi=None,
        code_urls=("https://github.com/tarn_lab/season_link",),
        language="en",
        pages=1,
        sections=sections,
        figures=(),
        passages=passages,
        report=ReadingReport(sha256="0" * 64, characters=1000, columns=1, seconds=0.1),
    )
