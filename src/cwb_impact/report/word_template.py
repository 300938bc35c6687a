"""The reference document of the Word reports: A4, our styles, and on every page what the reader must not miss.

Made from pandoc's own reference document, so that no binary file has to be kept; the bytes are the same every time.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pypandoc

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
BLUE, INK, MARK, PALE = "12436D", "222222", "801650", "F3E8EE"
FONT = "Arial"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can tell


@dataclass(frozen=True)
class Style:
    """A paragraph style that pandoc uses. size : half points. before, after : twentieths of a point."""

    id: str
    name: str
    size: int
    before: int = 0
    after: int = 80
    bold: bool = False
    color: str = INK
    level: int | None = None
    keep_next: bool = False
    boxed: bool = False


STYLES = (
    Style("BodyText", "Body Text", 18, before=60, after=60),
    Style("FirstParagraph", "First Paragraph", 18, before=60),
    Style("Compact", "Compact", 16, before=20, after=20),
    Style("Title", "Title", 34, after=40, bold=True, color=BLUE),
    Style("Subtitle", "Subtitle", 21, after=100),
    Style("Heading1", "heading 1", 24, before=160, bold=True, color=BLUE, level=0, keep_next=True),
    Style("Heading2", "heading 2", 22, before=200, bold=True, color=BLUE, level=1, keep_next=True),
    Style("Heading3", "heading 3", 20, before=160, bold=True, color=BLUE, level=2, keep_next=True),
    Style("TableCaption", "Table Caption", 17, before=120, bold=True, keep_next=True),
    Style("ImageCaption", "Image Caption", 17, after=160, bold=True),
    Style("CaptionedFigure", "Captioned Figure", 19, before=120, keep_next=True),
    Style("Callout", "Callout", 18, before=60, after=60, boxed=True),
    Style("Header", "header", 17, bold=True, color=MARK),
    Style("Footer", "footer", 16),
)  # fmt: skip


def write_word_template(path: Path, running: str) -> None:
    """Write the reference document. running : words at the top of every page, or "" for none."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    default = subprocess.run(command, check=True, capture_output=True).stdout
    with zipfile.ZipFile(io.BytesIO(default)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/styles.xml"] = _styles().encode()
    parts["word/header1.xml"] = _page_part("hdr", "Header", _run(running)).encode()
    parts["word/footer1.xml"] = _page_part("ftr", "Footer", _PAGE_NUMBER).encode()
    parts["word/document.xml"] = _document().encode()
    parts["word/_rels/document.xml.rels"] = _before(
        parts["word/_rels/document.xml.rels"], "</Relationships>", *(_relation(part) for part in ("header", "footer"))
    )
    parts["[Content_Types].xml"] = _before(
        parts["[Content_Types].xml"], "</Types>", *(_content_type(part) for part in ("header", "footer"))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)


def _before(part: bytes, end: str, *added: str) -> bytes:
    return part.decode().replace(end, "".join(added) + end).encode()


def _relation(part: str) -> str:
    return f'<Relationship Type="{RELATION}/{part}" Id="rId{part}" Target="{part}1.xml"/>'


def _content_type(part: str) -> str:
    return f'<Override PartName="/word/{part}1.xml" ContentType="{CONTENT}.{part}+xml"/>'


def _document() -> str:
    """An empty page: its size, its margins, and which header and footer it has."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {R}><w:body><w:sectPr>'
        '<w:headerReference w:type="default" r:id="rIdheader"/><w:footerReference w:type="default" r:id="rIdfooter"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="964" w:right="1020" w:bottom="907" w:left="1020" w:header="454" w:footer="397" '
        'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _page_part(kind: str, style: str, runs: str) -> str:
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{kind} {W}>{paragraph}</w:{kind}>'


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


_PAGE_NUMBER = f'<w:fldSimple w:instr="PAGE">{_run("1")}</w:fldSimple>'


def _styles() -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:styles {W}>'
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:sz w:val="19"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        f"{''.join(_style(style) for style in STYLES)}{_TABLE}</w:styles>"
    )


def _style(style: Style) -> str:
    paragraph = f'<w:spacing w:before="{style.before}" w:after="{style.after}"/>'
    if style.boxed:
        edge = f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{MARK}"/>'
        paragraph = f'<w:pBdr>{edge}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>{paragraph}'
    if style.keep_next:
        paragraph = f"<w:keepNext/>{paragraph}"
    if style.level is not None:
        paragraph += f'<w:outlineLvl w:val="{style.level}"/>'
    run = f'{"<w:b/>" if style.bold else ""}<w:color w:val="{style.color}"/><w:sz w:val="{style.size}"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.id}"><w:name w:val="{style.name}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="Table"><w:name w:val="Table"/><w:tblPr><w:tblBorders>'
    f'<w:top w:val="single" w:sz="8" w:color="{BLUE}"/><w:bottom w:val="single" w:sz="8" w:color="{BLUE}"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="CCCCCC"/></w:tblBorders>'
    '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "<w:trPr><w:cantSplit/></w:trPr>"
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
)
