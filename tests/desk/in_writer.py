"""What LibreOffice Writer shows of a document: run by the system's Python, the only one that has `uno`.

`in_writer.py PIPE DOCUMENT PICTURE` opens a document (a file's address) in the Writer that listens on PIPE, asks
its grammar checker about the first paragraph, waits until Writer has drawn a wavy line, and prints one JSON
document: the checker's languages and errors, and which characters of the paragraph are underlined in what colour.
The window is kept as PICTURE (BMP).
"""

import json
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.lang import Locale  # type: ignore[import-not-found]

#: Seconds to wait for the office, and for a line.
SECONDS = 40
#: An editing window measures in twips, of which a pixel of 96 to the inch has fifteen.
TWIPS = 15


def until(what: str, attempt: Any) -> Any:
    """The first thing that `attempt` gives."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if (got := attempt()) is not None:
            return got
        time.sleep(0.1)
    sys.exit(f"not in {SECONDS} s: {what}")


def office(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    no_connection = uno.getClass("com.sun.star.connection.NoConnectException")

    def attempt() -> Any:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except no_connection:
            return None

    return until("the office", attempt)


def proofread(manager: Any, text: str) -> dict[str, Any]:
    checker = manager.createInstance("org.openoffice.lingu.LanguageToolGrammarChecker")
    chinese = Locale("zh", "CN", "")
    found = checker.doProofreading("1", text, chinese, 0, len(text.encode("utf-16-le")) // 2, ())
    return {
        "locales": sorted(f"{one.Language}-{one.Country}".strip("-") for one in checker.getLocales()),
        "errors": [
            {"start": one.nErrorStart, "length": one.nErrorLength, "short": one.aShortComment,
             "full": one.aFullComment, "suggestions": list(one.aSuggestions)}
            for one in found.aErrors
        ],
    }  # fmt: skip


def paragraph(window: Any) -> Any:
    """The first accessible paragraph below a window: it knows where its characters are drawn."""
    about = window.getAccessibleContext()
    if hasattr(about, "getCharacterBounds"):
        return about
    children = (about.getAccessibleChild(n) for n in range(about.getAccessibleChildCount()))
    return next((found for one in children if one and (found := paragraph(one))), None)


def coloured(picture: bytes) -> Iterator[tuple[int, int, str]]:
    """Each pixel of a wavy line, from the upper left: x, y and colour. `picture` is a BMP of 24 bits a pixel."""
    (offset,) = struct.unpack_from("<I", picture, 10)
    width, height = struct.unpack_from("<ii", picture, 18)
    row = (width * 3 + 3) // 4 * 4
    for y in range(height):
        line = picture[offset + (height - 1 - y) * row :][: width * 3]
        for x in range(width):
            blue, green, red = line[3 * x : 3 * x + 3]
            if red > 200 and max(green, blue) < 110 and abs(green - blue) < 30:
                yield x, y, "red"
            elif red > 200 and 80 < green < 200 and blue < 90:
                yield x, y, "orange"
            elif blue > 200 and max(red, green) < 110:
                yield x, y, "blue"


def underlined(window: Any, file: Path) -> list[tuple[str, str]] | None:
    """The paragraph's characters with a wavy line below them, by colour; None while there are none."""
    editing = window.getWindows()[0].getWindows()[0]
    size = editing.getPosSize()
    picture = editing.createBitmap(0, 0, size.Width * TWIPS, size.Height * TWIPS).getDIB().value
    file.write_bytes(picture)
    pixels = list(coloured(picture))
    about = paragraph(window)
    if not pixels or about is None:
        return None
    place, found, unit = about.getBounds(), [], 0
    for character in about.getText():
        box = about.getCharacterBounds(unit)
        unit += 1 + (character > "\uffff")
        left, top = place.X + box.X, place.Y + box.Y
        within = {
            colour
            for x, y, colour in pixels
            if left + 2 <= x < left + box.Width - 2 and top + box.Height // 2 <= y <= top + box.Height
        }  # fmt: skip
        found += [(character, colour) for colour in sorted(within)]
    return found


def main(pipe: str, document: str, picture: str) -> None:
    context = office(pipe)
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    opened = desktop.loadComponentFromURL(document, "_blank", 0, ())
    window = opened.CurrentController.Frame.ComponentWindow
    lines = until("a wavy line", lambda: underlined(window, Path(picture)))
    first = opened.Text.createEnumeration().nextElement().getString()
    print(json.dumps({"underlined": lines, **proofread(context.ServiceManager, first)}))
    opened.dispose()
    desktop.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
