"""What a browser fetches to show a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bench.server import Server

LINKS = re.compile(
    r"""<link\b(?=[^>]*\brel=["'](?:stylesheet|icon|modulepreload|preload|manifest)["'])[^>]*\bhref=["']([^"']+)["']"""
    r"""|<(?:script|img)\b[^>]*\bsrc=["']([^"']+)["']"""
)
IN_CSS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")


@dataclass(frozen=True)
class Visit:
    """Bytes over the line (heads included) and requests."""

    size: int
    requests: int
    parts: list[tuple[str, int]]


def visit(server: Server, path: str, cookie: str, seen: set[str]) -> Visit:
    """What a browser fetches to show the page, but for what it has `seen`: hashed files never change."""
    import gzip

    def text_of(answer) -> str:
        body = answer.body
        return (gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode(
            errors="replace"
        )

    page = server.get(path, cookie=cookie)
    parts = [(path, page.size)]
    waiting = [urljoin(path, one or two) for one, two in LINKS.findall(text_of(page))]
    while waiting:
        address = urlsplit(waiting.pop(0))
        if address.netloc or address.path in seen:
            continue
        seen.add(address.path)
        answer = server.get(address.path, cookie=cookie)
        if answer.status != 200:
            raise RuntimeError(f"{path} needs {address.path}, which answered {answer.status}")
        parts.append((address.path, answer.size))
        if address.path.endswith(".css"):
            waiting += [urljoin(address.path, found) for found in IN_CSS.findall(text_of(answer))]
    return Visit(sum(size for _, size in parts), len(parts), parts)
