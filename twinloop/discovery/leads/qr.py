"""The address of a community's page as a QR code: one SVG path, sharp at any size, no script, no style."""

from __future__ import annotations

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


def svg(text: str, label: str) -> SafeString:
    """Black on white in both themes: a phone must read it. `label` is what it is to who cannot see it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows) + 2 * QUIET
    steps = "".join(
        f"M{QUIET + x} {QUIET + y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<rect width="{}" height="{}" fill="#fff"/><path d="{}" fill="#000"/></svg>',
        size, size, label, size, size, steps,
    )  # fmt: skip
