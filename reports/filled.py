"""A paper's Word template with its blanks filled in."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError
from markupsafe import Markup, escape

from checks.model import BadInput

TEMPLATES = Path(__file__).parent / "templates"


def filled(name: str, said: Mapping[str, Any], own: Path | None = None) -> bytes:
    """The paper `name`: the office's own template in the folder `own` where it has one, else the shipped one.

    Raises:
        BadInput: the office's template cannot be used.
    """
    mine = own / f"{name}.docx" if own else None
    template = mine if mine and mine.is_file() else TEMPLATES / f"{name}.docx"
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_literal
    )
    made = io.BytesIO()
    try:
        paper = DocxTemplate(str(template))
        paper.render(dict(said), environment, autoescape=True)
    except TemplateError as error:
        raise BadInput(f"{template}: 模板填不进去（{error}）；可用内置模板，或对照它改正") from None
    except (PackageNotFoundError, BadZipFile, XMLSyntaxError, KeyError, ValueError):
        raise BadInput(f"{template}: 不是能用的Word模板(.docx)；请用Word另存后再试") from None
    paper.save(made)
    return made.getvalue()


def _literal(value: Any) -> Any:
    """Text as it is: docxtpl takes `{_{` in a filled paper for its own way of writing `{{`."""
    return Markup(str(escape(value)).replace("_", "&#95;")) if isinstance(value, str) else value
