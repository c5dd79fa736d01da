"""Reads a QR code back from its SVG, with a library that knows nothing of the one that drew it."""

import re

import zxingcpp

_PIXELS = 4
"""Of one module of the code."""


def read_qr(page: str) -> str:
    """The text of the one QR code in an HTML page."""
    [(width, height)] = re.findall(r'<svg viewBox="0 0 (\d+) (\d+)"', page)
    [strokes] = re.findall(r'stroke="#000" d="([^"]+)"', page)
    dark = _dark(strokes)
    rows = [
        [0 if (x // _PIXELS, y // _PIXELS) in dark else 255 for x in range(int(width) * _PIXELS)]
        for y in range(int(height) * _PIXELS)
    ]
    image = memoryview(b"".join(map(bytes, rows))).cast("B", (len(rows), len(rows[0])))
    [code] = zxingcpp.read_barcodes(image)
    return code.text


def _dark(strokes: str) -> set[tuple[int, int]]:
    """The modules under horizontal strokes of width 1: `M x y`, `m dx dy`, `h length`; each row at its middle."""
    dark: set[tuple[int, int]] = set()
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", strokes):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return dark
