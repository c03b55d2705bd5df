"""Pictures and scanned pages by OCR (extra `ocr`), off unless asked for.

Lines the engine is not sure of are kept, and their place says so.
"""

import functools
import io
import warnings
from typing import Any

from crawler.attachments.reading import AttachmentError, AttachmentText, Room, Text

#: Pages read by OCR in one attachment: 2 to 3 seconds each.
OCR_PAGES = 10
#: Points a picture may have, and those a page is drawn with.
PIXELS = 50_000_000
PAGE_PIXELS = 8_000_000
SCALE = 2.0
#: A line the engine is less sure of needs a look.
SURE = 0.97
OFF = "图片，未启用文字识别"


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The text of a picture, of each frame of one with several.

    Raises:
        AttachmentError: OCR is off or not installed; the picture is broken or too large.
    """
    if not room.ocr:
        raise AttachmentError(OFF)
    engine()
    from PIL import Image, ImageSequence

    text = Text(name, room)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body)) as picture:
                if picture.width * picture.height > PIXELS:
                    raise AttachmentError(f"too-large 图片{picture.width}×{picture.height}，未识别")
                for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
                    if number > OCR_PAGES:
                        break
                    _add(text, frame.convert("RGB"), f"第{number}页" if number > 1 else "图片")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise AttachmentError("too-large 图片过大，未识别") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise AttachmentError("layout 图片已损坏，无法读取") from None
    return text.read()


def add_page(text: Text, page: Any, label: str) -> str:
    """Read a PDF page as a picture into `text`; gives back why not, "" if it was done."""
    try:
        engine()
    except AttachmentError as error:
        return str(error)
    width, height = page.get_size()
    scale = min(SCALE, (PAGE_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale)
    try:
        _add(text, bitmap.to_pil().convert("RGB"), label)
    finally:
        bitmap.close()
        page.close()
    return ""


@functools.cache
def engine() -> Any:
    """The OCR engine, one a process.

    Raises:
        AttachmentError: the extra is not installed.
    """
    try:
        from rapidocr import RapidOCR
    except ImportError:
        raise AttachmentError("未安装文字识别组件，请运行 pip install 'lanmu[ocr]'") from None
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )


def _add(text: Text, picture: Any, label: str) -> None:
    import numpy

    found = engine()(numpy.asarray(picture)[:, :, ::-1])  # the engine takes BGR
    for line, score in zip(found.txts or (), found.scores or (), strict=True):
        doubt = "（文字识别，把握不大）" if score < SURE else "（文字识别）"
        text.add(line, label + doubt)
