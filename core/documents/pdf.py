"""HTML to PDF by WeasyPrint, shut in: no network, no file but our static ones, bounded time and memory.

Importing this module loads WeasyPrint (some 60 MB): workers and the shell do, web processes never.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from urllib.request import DataHandler, Request

from django.contrib.staticfiles import finders

from core.documents.base import documents
from core.documents.fonts import use_our_fonts
from core.documents.html_limits import check_size
from core.documents.sandbox import Confined, Limits

use_our_fonts()

from weasyprint import CSS, HTML  # noqa: E402 - fontconfig reads its environment when Pango loads
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

# The base of every relative address: a scheme of ours that reaches `static/` and nothing else.
STATIC_BASE = "static:///"

# Minutes of 40 pages take some 4 s and 150 MB; beyond this the document is refused in French.
PDF_LIMITS = Limits(wall_seconds=100, cpu_seconds=90, memory_bytes=1_000_000_000)


class AddressRefused(ValueError):
    """A document asked for an address that is neither `data:` nor one of our static files."""


class StaticFetcher(URLFetcher):
    """Deny by default. Given to `HTML` and to every `CSS`.

    `data:` is decoded here; `static:///css/x.css` is read from the folders of static files. Nothing
    is ever handed to urllib's openers, so that no redirection, proxy or other scheme exists.
    """

    def __init__(self) -> None:
        super().__init__(timeout=1, allowed_protocols=("data", "static"), allow_redirects=False)

    def fetch(self, url, headers=None):
        parts = urlsplit(url)
        if parts.scheme == "data":
            with DataHandler().data_open(Request(url)) as response:
                return URLFetcherResponse("data:", response.read(), response.headers)
        if parts.scheme == "static" and not parts.netloc:
            path = PurePosixPath(unquote(parts.path).lstrip("/"))
            found = None if ".." in path.parts else finders.find(str(path))
            if found and Path(found).is_file():
                kind = {".css": "text/css", ".svg": "image/svg+xml"}.get(path.suffix, "application/octet-stream")
                return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})
        raise AddressRefused(f"address refused in a document: {url[:200]}")


FETCHER = StaticFetcher()


@cache
def font_configuration() -> FontConfiguration:
    """One per process: reading the fonts costs more than laying out a page."""
    return FontConfiguration()


@cache
def _stylesheet(name: str) -> CSS:
    return CSS(url=f"{STATIC_BASE}{name}", url_fetcher=FETCHER, font_config=font_configuration())


def write_pdf(html: str, *, stylesheet: str, identifier: bytes) -> bytes:
    """The tagged PDF (PDF/UA-1) of `html`, in this process and without limits: see `render_pdf`.

    The same input gives the same bytes: no date is written, and `identifier` is the file's /ID.
    """
    return HTML(string=check_size(html), base_url=STATIC_BASE, url_fetcher=FETCHER).write_pdf(
        font_config=font_configuration(),
        stylesheets=[_stylesheet(stylesheet)] if stylesheet else [],
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier,
    )


@dataclass(frozen=True)
class Order:
    """What the child is sent."""

    html: str
    stylesheet: str
    identifier: bytes


def _fill(order: Order) -> bytes:
    return write_pdf(order.html, stylesheet=order.stylesheet, identifier=order.identifier)


def render_pdf(
    html: str,
    *,
    stylesheet: str,
    identifier: bytes,
    limits: Limits = PDF_LIMITS,
    while_waiting: Callable[[], None] | None = None,
) -> bytes:
    """Like `write_pdf`, in a child process under `limits`. Raises DocumentRefused, or RenderingFailed."""
    return RENDERER.call(Order(check_size(html), stylesheet, identifier), limits, while_waiting=while_waiting)


WARM_UP = """<!doctype html><html lang="fr"><title>Socle</title><body>
<h1>Àé <small>1</small></h1><h2>ƙ</h2><p>Texte <b>gras</b>, <i>italique</i>, <b><i>les deux</i></b></p>
<ol><li>un</ol><table><thead><tr><th scope="col">A<tbody><tr><th scope="row">B<td>C</table></html>"""


def warm_up() -> None:
    """Load fonts and stylesheets and lay out a first page, so that the first document is quick.

    Called in a worker's main process, and again in each child that renders: the processes forked from the
    first share what is loaded, and each of the others makes its own what a layout writes to.
    """
    for stylesheet in sorted({cls.stylesheet for cls in documents}):
        write_pdf(WARM_UP, stylesheet=stylesheet, identifier=bytes(16))
    # Objects that stay are not visited by the collector, hence not copied after a fork.
    gc.collect()
    gc.freeze()


# The child of this process; forked when it is first needed, or by `RENDERER.start()`.
RENDERER = Confined(_fill, prepare=warm_up)
