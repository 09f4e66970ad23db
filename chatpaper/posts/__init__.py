"""Topic posts: what arXiv has on a topic, digested paper by paper, as one post beside the earlier ones."""

from .cluster import Cluster
from .draft import Draft
from .estimate import Estimate, estimate
from .ledger import Outcome
from .order import Order
from .run import PaperDone, PostPlanned, PostWritten, RunEvent, plan, post

__all__ = [
    "Cluster",
    "Draft",
    "Estimate",
    "Order",
    "Outcome",
    "PaperDone",
    "PostPlanned",
    "PostWritten",
    "RunEvent",
    "estimate",
    "plan",
    "post",
]
