"""Makes a PNG smaller by giving it a palette (https://www.w3.org/TR/png-3/)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def smaller(png: bytes) -> bytes:
    """The same picture in its 256 commonest colours; rarer ones, at the edges of letters, become the nearest of them.

    ``png`` is 8 bits a channel, RGB or RGBA without transparency, not interlaced, as Chromium writes it.
    """
    pixels = _pixels(png)
    height, width, _ = pixels.shape
    colours, places, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-counts)[:256]]
    distance = ((colours[:, None, :].astype(int) - palette[None, :, :].astype(int)) ** 2).sum(axis=2)
    rows = distance.argmin(axis=1).astype(np.uint8)[places.reshape(height, width)]
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(kind, content) for kind, content in parts)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG as it stands in the file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG, each with its kind."""
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _pixels(png: bytes) -> np.ndarray:
    """Height × width × 3 bytes, with the lines' filters undone."""
    parts = list(chunks(png))
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", dict(parts)[b"IHDR"])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("not a PNG as Chromium writes it")
    channels = 3 if kind == 2 else 4
    packed = zlib.decompress(b"".join(content for name, content in parts if name == b"IDAT"))
    lines = np.frombuffer(packed, np.uint8).reshape(height, 1 + width * channels)
    picture = np.zeros((height, width, channels), np.uint8)
    above = np.zeros((width, channels), np.uint8)
    for row, line in enumerate(lines):
        above = picture[row] = _unfiltered(int(line[0]), line[1:].reshape(width, channels), above)
    return picture[:, :, :3]


def _unfiltered(filter_: int, line: np.ndarray, above: np.ndarray) -> np.ndarray:
    if filter_ == 0:
        return line
    if filter_ == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if filter_ == 2:
        return line + above
    out = np.zeros(line.shape, np.uint8)
    left = corner = np.zeros(line.shape[1], int)
    for column in range(len(line)):
        up = above[column].astype(int)
        guess = (left + up) // 2 if filter_ == 3 else _paeth(left, up, corner)
        left, corner = (line[column] + guess) % 256, up
        out[column] = left
    return out


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    far_left, far_up, far_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    nearer = np.where(far_up <= far_corner, up, corner)
    return np.where((far_left <= far_up) & (far_left <= far_corner), left, nearer)
