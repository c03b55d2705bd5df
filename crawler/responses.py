"""What is done to an answer before the spider sees it: unpacked, and followed where the page says so.

Both are Scrapy's, made safe: every way to pack wrongly has its reason, and a page's charset is never
believed outside the process that reads pages.
"""

import struct
import zlib
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.utils._compression import (  # type: ignore[attr-defined]  # from where it has them
    brotli,
    zstd,
)

from crawler.charset import HEAD_BYTES, read_page
from crawler.page import PageError
from crawler.reasons import RefusedRequest

#: How often one body may be packed.
MOST_PACKINGS = 3
_UNPACKABLE = (OSError, EOFError, zlib.error, struct.error, brotli.error, zstd.ZstdError)


class BoundedUnpacking(HttpCompressionMiddleware):
    """Unpacks gzip, deflate, br and zstd, at most `MOST_PACKINGS` deep and DOWNLOAD_MAXSIZE large."""

    def process_response(  # type: ignore[override]  # without the deprecated argument
        self, request: Request, response: Response
    ) -> Request | Response:
        packings = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
        if len(packings) > MOST_PACKINGS:
            raise RefusedRequest("encoding", f"内容压缩了{len(packings)}层，不予解压")
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            raise RefusedRequest("too-large", "页面解压后过大") from None
        except _UNPACKABLE:
            raise RefusedRequest("encoding", "内容的压缩格式有误，无法解压") from None

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        """As Scrapy's; but what is fetched in part (0: of any size) is not unpacked without a bound."""
        return super()._handle_encoding(body, content_encoding, max_size or self._max_size)


class MetaRefreshed(MetaRefreshMiddleware):
    """Follows a page that sends its reader elsewhere (`<meta http-equiv=refresh>`).

    Scrapy's decodes the whole body with the charset it declares, which may be one that hangs or fails
    (punycode, hex); here only the head is looked at. A page that sends its reader to itself is read as it is.
    """

    def process_response(  # type: ignore[override]  # without the deprecated argument
        self, request: Request, response: Response
    ) -> Request | Response:
        head = response.body[:HEAD_BYTES]
        if not isinstance(response, HtmlResponse) or b"refresh" not in head.lower():
            return response
        try:
            text = read_page(response.url, head, _content_type(response)).text
            short = HtmlResponse(
                response.url, body=text.encode("utf-8", "replace"), encoding="utf-8"
            )
            followed: Any = super().process_response(request, short)
        except (PageError, ValueError):  # no text, or an address that is none
            return response
        itself = isinstance(followed, Response) or followed.url == request.url
        return response if itself else followed


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
