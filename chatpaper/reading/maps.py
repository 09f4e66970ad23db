"""What the networks' maps of a page show where its boxes are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy
from numpy.typing import NDArray

from .question import Question

Maps = NDArray[numpy.float32]
"""Channels, rows, columns."""

Part = tuple[slice, slice]
"""Rows, columns."""

_pooling: Any = import_module("pymupdf.layout.roi_pooling")


def parts(page: Question, maps: Maps) -> list[Part]:
    """Where the page's boxes lie on maps of this size."""
    height, width, _ = page["image"].shape
    grid = _pooling._grid_coords_vec(numpy.array(page["bboxes"]), *maps.shape[:0:-1], width, height)
    return [(slice(y0, y1 + 1), slice(x0, x1 + 1)) for x0, y0, x1, y1 in zip(*grid, strict=True)]


class Enlarged:
    """Maps of several sizes, enlarged to one where somebody looks: most of a page is of no interest, and the whole maps
    would take 58 MB."""

    def __init__(self, maps: Sequence[Maps], height: int, width: int) -> None:
        self._maps = [
            (numpy.ascontiguousarray(one.swapaxes(0, 1)), _scale(one.shape[1], height), _scale(one.shape[2], width))
            for one in maps
        ]

    def __getitem__(self, part: Part) -> Maps:
        """The channels of all maps there."""
        rows, columns = part
        return numpy.concatenate([_enlarged(*one, rows, columns) for one in self._maps], axis=1).swapaxes(0, 1)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a row of numbers becomes a longer one by linear interpolation."""

    weights: NDArray[numpy.float32]
    """Of the numbers before for each one after: after, before."""
    first: NDArray[numpy.intp]
    """The first one before that counts for each one after; the other one is next to it."""

    def before(self, after: slice) -> slice:
        """Which ones count for these."""
        return slice(self.first[after.start], self.first[after.stop - 1] + 2)


@cache
def _scale(before: int, after: int) -> _Scale:
    """As ONNX has it (operators, Resize, pytorch_half_pixel)."""
    at = numpy.clip((numpy.arange(after) + 0.5) * (before / after) - 0.5, 0, before - 1)
    first = numpy.minimum(at.astype(numpy.intp), before - 2)
    weights = numpy.zeros((after, before), numpy.float32)
    weights[numpy.arange(after), first] = 1 - (at - first)
    weights[numpy.arange(after), first + 1] = at - first
    return _Scale(weights, first)


def _enlarged(one: Maps, down: "_Scale", along: "_Scale", rows: slice, columns: slice) -> Maps:
    """A part of one map, given as rows, channels, columns."""
    high, wide = down.before(rows), along.before(columns)
    near = one[high, :, wide]
    count, channels, width = near.shape
    tall: Maps = numpy.matmul(down.weights[rows, high], near.reshape(count, -1))
    part: Maps = numpy.matmul(tall.reshape(-1, width), along.weights[columns, wide].T)
    return part.reshape(len(tall), channels, -1)


def pooled(maps: Maps | Enlarged, parts: Sequence[Part], *pools: Callable[..., Any]) -> Maps:
    """What the maps show in each part, by each of these functions: parts, numbers."""
    shown = (maps[:, *part] if isinstance(maps, numpy.ndarray) else maps[part] for part in parts)
    return numpy.array([numpy.concatenate([pool(one, axis=(1, 2)) for pool in pools]) for one in shown])


def margin(maps: Maps) -> Maps:
    """By how much the likeliest class leads: rows, columns."""
    first, second = numpy.maximum(maps[0], maps[1]), numpy.minimum(maps[0], maps[1])
    for one in maps[2:]:
        second = numpy.maximum(second, numpy.minimum(first, one))
        first = numpy.maximum(first, one)
    margin: Maps = first - second
    return margin
