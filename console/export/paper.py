"""The record of a card as PDF, with who took it out on every page.

Its font is one of those that every reader of PDF has for Chinese (STSong-Light, not embedded), so that
no font has to be shipped.
"""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from console.export.stamp import Stamp

_FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
_MARGIN = 18 * mm
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=8.5, leading=11, wordWrap="CJK")
_HEAD = ParagraphStyle("head", parent=_TEXT, fontSize=11, leading=15, spaceBefore=8, spaceAfter=3)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=16, leading=21)
_LINES = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.lightgrey), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                     ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.grey), ("LEFTPADDING", (0, 0), (-1, -1), 2),
                     ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)])

#: A part of the paper: heading, header, rows; shares of the width by column.
Part = tuple[str, Sequence[str], Sequence[Sequence[str]], Sequence[float]]


def paper(title: str, lines: Sequence[str], parts: Sequence[Part], stamp: Stamp) -> bytes:
    """Return the PDF.

    Parameters
    ----------
    lines : sequence of str
        What stands below the title.
    """
    made = io.BytesIO()
    document = SimpleDocTemplate(made, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
                                 bottomMargin=_MARGIN, title="Duanka", author=stamp.officer, subject=stamp.export_id)
    story = [_words(title, _TITLE), *(_words(line) for line in lines), Spacer(1, 3 * mm)]
    for heading, header, rows, shares in parts:
        story.append(_words(heading, _HEAD))
        cells = [[_words(cell) for cell in row] for row in (header, *rows)]
        story.append(Table(cells, colWidths=[document.width * share / sum(shares) for share in shares],
                           repeatRows=1, style=_LINES))

    def mark(canvas, _) -> None:
        _mark(canvas, stamp)

    document.build(story, onFirstPage=mark, onLaterPages=mark)
    return made.getvalue()


def _words(text: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    """Words as they stand: reportlab would take what looks like a tag for one, and load what it names."""
    return Paragraph(escape("".join(each if each.isprintable() else " " for each in text)), style)


def _mark(canvas, stamp: Stamp) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFont(_FONT, 20)
    canvas.setFillGray(0.6, alpha=0.25)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(35)
    for line in (-240, 0, 240):
        canvas.drawCentredString(0, line, f"{stamp.officer}  {stamp.export_id}")
    canvas.restoreState()
    canvas.saveState()
    canvas.setFont(_FONT, 7.5)
    canvas.setFillGray(0.25)
    lines = _broken(stamp.line, width - 2 * _MARGIN)
    for number, line in enumerate(lines):
        canvas.drawString(_MARGIN, 11 * mm - 9 * number, line)
    canvas.drawRightString(width - _MARGIN, height - 11 * mm, str(canvas.getPageNumber()))
    canvas.restoreState()


def _broken(text: str, width: float) -> list[str]:
    """A line cut where it would leave the page; a purpose may be long."""
    lines = [""]
    for each in text:
        if pdfmetrics.stringWidth(lines[-1] + each, _FONT, 7.5) > width:
            lines.append("")
        lines[-1] += each
    return lines[:3]
