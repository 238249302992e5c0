"""Questions to a rendered page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html

# Words of Django's and allauth's own screens; none is French, a name or an address.
ENGLISH = frozenset(
    """the this that these those your you our with from have has been will please are was were not and for
    sign signed login logout log password email-address remember forgot account submit save delete
    home welcome back next previous error errors warning required invalid must should
    choose select today yesterday now add remove edit view history confirm cancel authenticator
    security key keys recovery device devices trusted user users username
    enter click here verify verification send sent unknown yes""".split()
)
TYPEWRITER = re.compile(r"\w'\w")
BREAKABLE = re.compile(r"\w [:;?!»](?:\s|$)|« \w")
WEB_ADDRESS = re.compile(r"https?://\S+")
EVENT = re.compile(r"^on[a-z]+$")


def tree(content: bytes) -> html.HtmlElement:
    return html.document_fromstring(content.decode())


def visible_texts(document: html.HtmlElement) -> Iterator[str]:
    """What is read: text nodes, and labels for those who hear the page; not what is code or somebody's address."""
    for node in document.iter():
        if not isinstance(node.tag, str):
            tail_only = True
        else:
            tail_only = (
                node.tag in {"script", "style", "template", "code", "textarea", "option"}
                or node.get("lang", "fr") != "fr"
            )
        if not tail_only:
            if node.text and node.text.strip():
                yield node.text.strip()
            for name in ("aria-label", "title", "alt", "placeholder"):
                if node.get(name):
                    yield node.get(name)
        if node.tail and node.tail.strip():
            yield node.tail.strip()


def english_words(document: html.HtmlElement) -> set[str]:
    """Words that betray a text nobody translated."""
    found = set()
    for text in visible_texts(document):
        words = re.findall(r"[A-Za-zÀ-ÿ@.]+", WEB_ADDRESS.sub("", text))
        found |= {word.lower() for word in words if word.lower() in ENGLISH}
    return found


def poor_typography(document: html.HtmlElement) -> list[str]:
    """Typewriter apostrophes, and signs that may begin a line of their own (core/typography.py)."""
    return [text for text in visible_texts(document) if TYPEWRITER.search(text) or BREAKABLE.search(text)]


def forbidden_by_csp(document: html.HtmlElement) -> list[str]:
    """Styles and scripts that the Content-Security-Policy would refuse."""
    wrong = []
    for node in document.iter():
        if not isinstance(node.tag, str):
            continue
        if node.get("style"):
            wrong.append(f"<{node.tag} style={node.get('style')!r}>")
        wrong += [f"<{node.tag} {name}>" for name in node.attrib if EVENT.match(name)]
        wrong += [
            f"<{node.tag} {name}={value}>"
            for name, value in node.attrib.items()
            if value.strip().lower().startswith("javascript:")
        ]
        if node.tag == "style" and not node.get("nonce"):
            wrong.append("<style>")
        inert = node.get("type") in {"application/json"}
        if node.tag == "script" and not node.get("src") and not node.get("nonce") and not inert:
            wrong.append("<script>")
    return wrong


def structure_faults(document: html.HtmlElement) -> list[str]:
    """What WCAG 2.2 asks of every page and a parser can see (1.1.1, 1.3.1, 2.4.2, 3.1.1, 4.1.2)."""
    faults = []
    if not document.get("lang"):
        faults.append("no language (3.1.1)")
    if not (document.findtext(".//title") or "").strip():
        faults.append("no title (2.4.2)")
    if len(document.findall(".//h1")) != 1:
        faults.append(f"{len(document.findall('.//h1'))} h1")
    if document.find(".//main") is None:
        faults.append("no main")
    levels = [int(node.tag[1]) for node in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    faults += [f"h{after} after h{before}" for before, after in itertools.pairwise(levels) if after > before + 1]
    ids = [node.get("id") for node in document.iter() if isinstance(node.tag, str) and node.get("id")]
    faults += [f"id {name!r} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for image in document.iter("img"):
        if image.get("alt") is None:
            faults.append(f"image without alternative: {image.get('src')}")
    labelled = {label.get("for") for label in document.iter("label")}
    for field in document.iter("input", "select", "textarea"):
        # What is hidden is shown to nobody: scripts read it.
        if field.get("type") in {"hidden", "submit", "button"} or field.get("hidden") is not None:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("title")
        if (
            not named
            and field.get("id") not in labelled
            and not any(parent.tag == "label" for parent in field.iterancestors())
        ):
            faults.append(f"field without label: {field.get('name')}")
    for node in document.iter("a", "button"):
        if node.tag == "a" and not node.get("href"):
            continue
        text = "".join(node.itertext()).strip()
        named = [inner.get(name) for inner in node.iter() for name in ("alt", "aria-label", "aria-labelledby", "title")]
        if not text and not any(named):
            faults.append(f"{node.tag} without a name: {node.get('href') or node.get('name')}")
    references = [
        name
        for node in document.iter()
        if isinstance(node.tag, str)
        for name in (node.get("aria-describedby") or "").split()
    ]
    faults += [f"aria-describedby names {name!r}, which is not there" for name in references if name not in ids]
    return faults


def internal_links(document: html.HtmlElement, base: str) -> set[str]:
    """Addresses of this site that the page leads to, without their fragments."""
    found = set()
    for node in document.iter("a"):
        href = node.get("href")
        if not href or href.startswith(("#", "mailto:", "tel:")):
            continue
        parts = urlsplit(urljoin(f"http://testserver{base}", href))
        if parts.netloc == "testserver" and not parts.path.startswith("/static/"):
            found.add(parts._replace(scheme="", netloc="", fragment="").geturl())
    return found


def missing_anchors(document: html.HtmlElement) -> set[str]:
    """Links within the page whose target is not there."""
    ids = {node.get("id") for node in document.iter() if isinstance(node.tag, str)}
    return {
        href
        for node in document.iter("a")
        if (href := node.get("href") or "").startswith("#") and len(href) > 1 and href[1:] not in ids
    }


def form_targets(document: html.HtmlElement, base: str) -> set[tuple[str, str]]:
    """(verb, address) of each form and button of the page."""
    found = set()
    for form in document.iter("form"):
        verb = (form.get("method") or "get").upper()
        found.add((verb, urlsplit(urljoin(f"http://testserver{base}", form.get("action") or base)).path))
    return found


def forms_without_token(document: html.HtmlElement) -> list[str]:
    """Forms that would be refused: POST without the token against forged requests."""
    return [
        form.get("action") or "(same page)"
        for form in document.iter("form")
        if (form.get("method") or "get").lower() == "post" and not form.xpath(".//input[@name='csrfmiddlewaretoken']")
    ]
