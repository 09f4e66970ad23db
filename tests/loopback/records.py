"""arXiv's records of the fixture papers."""

from datetime import date

from chatpaper.paper import Record

SEASON_LINK = Record(
    arxiv_id="2404.12920v1",
    title="SeasonLink: Sparse Correspondence Across Seasons from Unpaired Shoreline Cameras",
    authors=("Mira K. Hallworth", "Jun-Seo Albrecht", "Paweł Oduya-Lindqvist"),
    abstract="Fixed cameras watch thousands of lake shores, yet the images they take in winter can hardly be matched "
    "with those taken in summer: snow, ice and leafless trees leave few of the corners on which local features rely. "
    "We present SeasonLink, a matcher that learns sparse correspondence across seasons without a single pair of "
    "aligned images. On the new LakeYear benchmark, which covers 46 cameras over 14 months, SeasonLink registers "
    "71.3% of all winter-summer pairs within 3 pixels, against 52.8% for the strongest baseline. Code and data are "
    "available at https://github.com/tarn_lab/season_link.",
    published=date(2024, 4, 19),
    updated=date(2024, 4, 19),
    categories=("cs.CV", "cs.LG"),
    comment="3 pages, 2 figures, 2 tables",
    doi="10.99999/invented.2024.12920",
    journal="Proceedings of the Invented Vision Workshop (2024) 11-13",
)
"""Of `two-columns.pdf`."""
