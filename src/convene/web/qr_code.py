"""An address as a QR code: SVG inside the page, so that nothing is fetched."""

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """Dark on a white ground of its own, whatever the colours of the page; with the quiet zone that readers need.

    ISO/IEC 18004, correction level M. It has no size: the style of the page gives it one.
    """
    code = segno.make(address, micro=False, error="m")
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))
