"""The circular as DOCX, filled into a template that the office may have edited in Word."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from checks.model import BadInput
from reports.circular.made import Circular
from reports.steady import steady

#: Bytes of a template.
MOST_BYTES = 20_000_000


def document(
    circular: Circular, template: bytes, *, annex: bool = False, hints: Sequence[str] = ()
) -> bytes:
    """The circular in `template`; the same twice is the same bytes. `annex` adds the figures on pages of their own.

    Raises:
        BadInput: the template cannot be filled, or does not take all of the text.
    """
    if len(template) > MOST_BYTES:
        raise BadInput(f"通报模板有{len(template) >> 20}MB，超过上限{MOST_BYTES >> 20}MB")
    try:
        made: Any = DocxTemplate(io.BytesIO(template))
        made.render(_context(circular, hints, annex=annex), SandboxedEnvironment(autoescape=True))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, XMLSyntaxError):
        raise BadInput("通报模板不是能用的Word文件(.docx)；请用Word另存后再用") from None
    except TemplateError as error:
        raise BadInput(f"通报模板里的{{{{ }}}}或{{% %}}写法有误：{error}") from None
    _about(made.docx.core_properties, circular)
    written = io.BytesIO()
    made.save(written)
    _all_there(made.docx, circular)
    return steady(written.getvalue())


def _context(circular: Circular, hints: Sequence[str], *, annex: bool) -> dict[str, Any]:
    return {
        "title": printable(circular.title),
        "to": printable(circular.to),
        "signed": printable(circular.signed),
        "date": f"{circular.quarter.until.year}年　月　日",
        "paragraphs": [
            {"kind": one.kind, "heading": printable(one.heading), "text": printable(one.text)}
            for one in circular.paragraphs
        ],
        "annex": list(_annex(circular)) if annex else [],
        "unchecked": [printable(f"{one.what}：{one.why}") for one in circular.unchecked],
        "hints": [printable(one) for one in hints],
    }


def _annex(circular: Circular) -> Iterator[dict[str, Any]]:
    """Every sentence with figures, and these by the number they have in the side file."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(circular.told, 1):
        figures = found.setdefault(one.sentence, [])
        if one.fact.text:
            said = "办公室文字" if one.fact.table == "texts" else one.fact.text
            figures.append(f"〔{number}〕{said}")
    told = ((said, figures) for said, figures in found.items() if figures)
    for number, (sentence, figures) in enumerate(told, 1):
        yield {
            "number": number,
            "sentence": printable(sentence),
            "figures": printable("；".join(figures)),
        }


def printable(text: str) -> str:
    """`text` as XML can hold it: no control characters."""
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")


def _about(properties: Any, circular: Circular) -> None:
    day = datetime.combine(circular.quarter.last, time())
    properties.title = printable(circular.title)
    properties.created = properties.modified = day
    properties.author = properties.last_modified_by = printable(circular.signed)
    properties.revision = 1


def _all_there(made: Any, circular: Circular) -> None:
    written = "".join(one.text for one in made.element.body.iter() if _is_text(one))
    for one in circular.paragraphs:
        for text in (one.heading, one.text):
            if printable(text) not in written:
                raise BadInput(
                    f"通报模板里没有放得下“{text[:20]}…”的地方；应有 paragraphs 的循环，"
                    "可对照程序自带的模板"
                )


def _is_text(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith("}t") and bool(element.text)
