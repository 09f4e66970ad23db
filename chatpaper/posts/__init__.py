"""Topic posts: what arXiv has on a topic, digested paper by paper, as one post beside the earlier ones."""

from .cluster import Cluster
from .order import Order
from .run import PaperDone, PostPlanned, PostWritten, RunEvent, plan, post

__all__ = ["Cluster", "Order", "PaperDone", "PostPlanned", "PostWritten", "RunEvent", "plan", "post"]
