"""HTML to PDF: shut in, tagged, the same bytes each time."""

import base64
import hashlib
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pikepdf
import pypdf
import pytest
from django.conf import settings
from weasyprint.urls import URLFetchingError

from core.documents import pdf
from core.documents.base import DocumentRefused
from core.documents.html_limits import DocumentTooLarge
from core.documents.sandbox import Limits, RenderingFailed

STYLESHEET = "css/print-document.css"
CANARY = "canari-9d1f"


@pytest.fixture
def trap():
    """A real server on loopback that counts every request, ."""
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/css")
            self.end_headers()
            self.wfile.write(f"body::before {{ content: '{CANARY}' }}".encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.hits = hits
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def data(content: str, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content.encode()).decode()}"


def ways(url: str) -> list[str]:
    """Elements that each make a layout engine fetch `url`."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image href="{url}"/><image xlink:href="{url}"/></svg>'
    css = f"p {{ background: url({url}) }} @import url({url});"
    return [
        f'<img src="{url}" alt="x">',
        f'<img srcset="{url} 2x" src="" alt="x">',
        f'<picture><source srcset="{url}"><img alt="x"></picture>',
        f'<p style="background: url({url})">x</p>',
        f'<p style="background-image: image-set(url({url}) 1x)">x</p>',
        f'<ul style="list-style-image: url({url})"><li>x</ul>',
        f'<p style="border-image: url({url}) 1">x</p>',
        f"<style>p::before {{ content: url({url}) }}</style>",
        f"<style>@import url({url});</style>",
        f"<style>@import '{url}';</style>",
        f"<style>@font-face {{ font-family: c; src: url({url}) }} p {{ font-family: c }}</style>",
        f"<style>@color-profile --c {{ src: url({url}) }}</style>",
        f'<link rel="stylesheet" href="{url}">',
        f'<link rel="attachment" href="{url}">',
        f'<a rel="attachment" href="{url}">x</a>',
        f'<object data="{url}">x</object>',
        f'<embed src="{url}">',
        f'<iframe src="{url}"></iframe>',
        f'<video src="{url}" poster="{url}"></video>',
        f'<input type="image" src="{url}" alt="x">',
        f'<meta http-equiv="refresh" content="0;url={url}">',
        f'<script src="{url}"></script>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><image href="{url}" width="9" height="9"/></svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><use href="{url}#a"/></svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><style>@import url({url});</style></svg>',
        f'<img alt="x" src="{data(svg, "image/svg+xml")}">',
        f'<link rel="stylesheet" href="{data(css, "text/css")}">',
        f'<p style="background: url({data(svg, "image/svg+xml")})">x</p>',
        f'<table background="{url}"><tr><td background="{url}">x</table>',
        f'<p style="cursor: url({url}); mask: url({url}); shape-outside: url({url})">x</p>',
    ]


def document(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="fr"><title>Essai</title>{head}<body>{body}</html>'


def write(html: str) -> bytes:
    return pdf.write_pdf(html, stylesheet=STYLESHEET, identifier=bytes(16))


def write_hostile(html: str) -> bytes:
    """Like `write`; WeasyPrint stops at some refusals instead of going on without the resource."""
    try:
        return write(html)
    except URLFetchingError:
        return write(document("x"))


def everything_in(content: bytes) -> bytes:
    """All streams decoded, all strings, all attachments."""
    with pikepdf.open(BytesIO(content)) as opened:
        parts = [bytes(repr(obj), "utf-8") for obj in opened.objects]
        parts += [obj.read_bytes() for obj in opened.objects if isinstance(obj, pikepdf.Stream)]
        assert not opened.attachments
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    return b"".join(parts) + text.encode()


def documents_for(addresses: list[str]) -> list[str]:
    """Each way by itself for the first address; for the others all ways in one document."""
    first, *others = addresses
    alone = [document(way) for way in ways(first)]
    # A refused colour profile stops WeasyPrint: in company it would shield the ways after it.
    together = [document("".join(way for way in ways(other) if "@color-profile" not in way)) for other in others]
    return alone + together


def test_no_way_reaches_the_network(trap):
    host = f"127.0.0.1:{trap.server_port}/x"
    schemes = ("http://", "https://", "//", "HTTP://", "ftp://", "static://", "http:///", "http:\\\\")
    tried = documents_for([f"{scheme}{host}" for scheme in schemes])
    tried.append(document('<img src="a.png" alt="x">', head=f'<base href="http://{host}/">'))
    assert len(ways("x")) >= 30
    for html in tried:
        assert CANARY.encode() not in everything_in(write_hostile(html))
    assert trap.hits == []


def test_no_way_reaches_a_file(tmp_path):
    canary = tmp_path / "canary.css"
    canary.write_text(f"body::before {{ content: '{CANARY}' }}")
    steps = "../" * 30
    addresses = [
        f"file://{canary}",
        str(canary),
        f"FILE://localhost{canary}",
        f"static://{canary}",
        f"{steps}{str(canary)[1:]}",
        f"static:///{steps}{str(canary)[1:]}",
        f"static:///%2e%2e/{steps}{str(canary)[1:]}",
    ]
    for html in documents_for(addresses):
        assert CANARY.encode() not in everything_in(write_hostile(html))


def test_the_trap_works(trap):
    """The same ways do reach the server and the file when the fetcher is WeasyPrint's own."""
    from weasyprint import HTML

    html = document("".join(ways(f"http://127.0.0.1:{trap.server_port}/x")))
    HTML(string=html).write_pdf()
    assert len(trap.hits) > 5


def test_fetcher_gives_static_files_and_data_only():
    assert b"@page" in pdf.FETCHER.fetch("static:///css/print-document.css").read()
    assert pdf.FETCHER.fetch("data:text/plain;base64,YQ==").read() == b"a"
    for url in (
        "static:///css/nothing.css",
        "static:///css/",
        "static:///",
        "http://localhost/",
        "file:///etc/passwd",
        "x",
    ):
        with pytest.raises(pdf.AddressRefused):
            pdf.FETCHER.fetch(url)


def test_accessible_and_self_contained():
    content = write(
        document(
            "<h1>Titre ƙ</h1><h2>Deux</h2><p>Texte <strong>gras</strong> <em>italique</em></p>"
            "<table><thead><tr><th scope=col>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
        )
    )
    with pikepdf.open(BytesIO(content)) as opened:
        root = opened.Root
        assert str(root.Lang) == "fr"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in root
        assert b"pdfuaid" in root.Metadata.read_bytes()
        assert str(opened.docinfo["/Title"]) == "Essai"
        assert "/CreationDate" not in opened.docinfo
        assert "/ModDate" not in opened.docinfo
        assert [item.title for item in opened.open_outline().root] == ["Titre ƙ"]
        fonts = [
            obj
            for obj in opened.objects
            if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        names = {str(font.FontName) for font in fonts}
        # ƙ comes from Noto Sans, which stands behind our two families; nothing comes from the machine.
        assert all(re.match(r"/[A-Z]{6}\+(Source-(Sans-3|Serif-4)|Noto-Sans)\b", name) for name in names), names
        kinds = [
            str(obj["/S"])
            for obj in opened.objects
            if isinstance(obj, pikepdf.Dictionary) and "/S" in obj and "/K" in obj
        ]
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= set(kinds)


def test_same_input_same_bytes_in_two_processes():
    html = document(
        "<h1>Titre</h1>" + "<p>Texte <b>gras</b> ; « oui » ƙ</p><table><tr><th scope=row>a<td>b</table>" * 16
    )
    code = (
        "import sys, hashlib, django; django.setup()\n"
        "from core.documents import pdf\n"
        "html = sys.stdin.read()\n"
        "if sys.argv[1] == 'warm': pdf.warm_up()\n"
        f"print(hashlib.sha256(pdf.render_pdf(html, stylesheet={STYLESHEET!r}, identifier=bytes(16))).hexdigest())\n"
    )
    started = []
    for seed, state, zone in (("1", "cold", "UTC"), ("2", "warm", "Africa/Niamey")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        }
        process = subprocess.Popen(
            [sys.executable, "-c", code, state],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            cwd=settings.BASE_DIR,
        )
        process.stdin.write(html)
        process.stdin.close()
        started.append(process)
    digests = {hashlib.sha256(write(html)).hexdigest(), hashlib.sha256(write(html)).hexdigest()}
    for process in started:
        with process:
            digests.add(process.stdout.read().strip())
        assert process.returncode == 0
    assert len(digests) == 1


def test_limits_are_refused_in_french():
    with pytest.raises(DocumentTooLarge, match="trop long"):
        pdf.render_pdf("x" * 3_100_000, stylesheet="", identifier=bytes(16))
    html = document("<p>Un paragraphe.</p>" * 20_000)
    with pytest.raises(DocumentRefused, match="trop de temps"):
        pdf.render_pdf(html, stylesheet=STYLESHEET, identifier=bytes(16), limits=Limits(1, 60, 10**9))


def test_failure_is_ours():
    with pytest.raises(RenderingFailed, match="AddressRefused"):
        pdf.render_pdf(
            document("<style>@color-profile --c { src: url(file:///x) }</style>"), stylesheet="", identifier=bytes(16)
        )


def test_web_processes_never_load_weasyprint():
    code = (
        "import sys, django; django.setup()\n"
        "import config.wsgi, core.tasks\n"
        "from importlib import import_module\n"
        "from django.conf import settings\n"
        "import_module(settings.ROOT_URLCONF)\n"
        "loaded = {'weasyprint', 'core.documents.pdf', 'pydyf', 'fontTools'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.BASE_DIR)
    assert run.returncode == 0, run.stderr[-2000:]
