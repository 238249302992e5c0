"""Files that people hand in: their name made harmless, their kind told by what they hold.

Nothing is opened by a program here: only the first bytes and, for office files, the list of a ZIP's parts.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 50 * MEGABYTE
# What a ZIP may unpack to: office files of people are far below; bombs are far above.
UNPACKED_LIMIT = 400 * MEGABYTE
MOST_PARTS = 5000
# A part that shrinks more than this is no text and no picture.
MOST_RATIO = 300
RATIO_FROM = 10 * MEGABYTE
NAME_LENGTH = 100
CONTENT_TYPES_LIMIT = MEGABYTE

_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    # Only where they are asked for.
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "geojson": "application/geo+json",
    "json": "application/json",
    "xml": "application/xml",
}
# Of text files, what the first sign is.
_BEGINNINGS = {"geojson": b"{", "json": b"{", "xml": b"<"}
SPELLINGS = {"jpeg": "jpg"}
ACCEPTED = "pdf, docx, xlsx, pptx, odt, jpg, png, txt, csv"
# The main part of each office file, by its declared type.
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
}
_MACROS = re.compile(r"(?:^|/)(?:vbaProject\.bin|vbaData\.xml)$|^Basic/|^Scripts/", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: the name to show, its extension and media type by its content, size and SHA-256."""

    name: str
    extension: str
    content_type: str
    size: int
    sha256: str


def check_upload(file: Any, *, also: Collection[str] = ()) -> Checked:
    """What a file handed in is. Raises ValidationError for one that is not kept, saying why in French.

    `file` is a Django UploadedFile; it is left at its beginning. `also`: kinds that are kept besides `ACCEPTED`.
    """
    if file.size == 0:
        raise ValidationError(_("Ce fichier est vide (0 octet). Choisissez-en un autre."), code="empty")
    if file.size > UPLOAD_LIMIT:
        raise ValidationError(
            _("Ce fichier est trop lourd (%(size)d Mo). 50 Mo au plus."),
            code="too-large",
            params={"size": -(-file.size // MEGABYTE)},
        )
    name = clean_name(file.name or "")
    said = name.rpartition(".")[2].lower() if "." in name else ""
    said = SPELLINGS.get(said, said)
    found = _kind(file, said, also)
    if said != found:
        raise ValidationError(
            _("Le contenu de « %(name)s » est un fichier %(found)s. Donnez-lui la bonne extension, puis recommencez."),
            code="wrong-extension",
            params={"name": name, "found": found.upper()},
        )
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Checked(name, found, TYPES[found], file.size, digest.hexdigest())


def clean_name(raw: str) -> str:
    """The name without folders, control and direction characters, in NFC, of at most 100 characters with its extension."""
    text = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    # Categories C*: controls, formats (RTL overrides, zero width), private, surrogates.
    text = "".join(" " if char in "\t\n\r" else char for char in text)
    text = "".join(char for char in text if not unicodedata.category(char).startswith("C"))
    text = re.sub(r'[<>:"|?*]', "-", text)
    text = re.sub(r"\s+", " ", text).strip().rstrip(" .")
    stem, dot, extension = text.rpartition(".")
    if not dot:
        return text[:NAME_LENGTH].rstrip() or _("fichier")
    stem = stem.strip(" .") or _("fichier")
    extension = extension[:10]
    return f"{stem[: NAME_LENGTH - len(extension) - 1].rstrip()}.{extension}"


def _kind(file: Any, said: str, also: Collection[str] = ()) -> str:
    """The extension that the content calls for. Raises ValidationError for kinds that are not kept."""
    file.seek(0)
    start = file.read(4096)
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"PK\x03\x04"):
        return _zip_kind(file, also)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _(
                "Ce fichier est d’un ancien format Office (.doc, .xls, .ppt) ou protégé par un mot de passe. Enregistrez-le au format .docx, .xlsx, .pptx ou PDF, sans mot de passe."
            ),
            code="old-office",
        )
    if said in {"txt", "csv"} and _is_text(file):
        return said
    if said in also and said in _BEGINNINGS and _is_text(file):
        if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_BEGINNINGS[said]):
            raise ValidationError(_("Ce fichier est abîmé ou incomplet : il ne s’ouvre pas."), code="damaged")
        return said
    raise _refused()


def _refused() -> ValidationError:
    return ValidationError(
        _("Ce genre de fichier n’est pas accepté. Formats possibles : %(accepted)s."),
        code="not-accepted",
        params={"accepted": ACCEPTED},
    )


def _is_text(file: Any) -> bool:
    file.seek(0)
    return all(b"\x00" not in chunk for chunk in file.chunks())


def _zip_kind(file: Any, also: Collection[str] = ()) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            return _package_kind(package, also)
    except ValidationError:
        raise
    # What a damaged or hostile archive makes the reader raise.
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        KeyError,
    ) as error:
        raise ValidationError(_("Ce fichier est abîmé ou incomplet : il ne s’ouvre pas."), code="damaged") from error


def _package_kind(package: zipfile.ZipFile, also: Collection[str] = ()) -> str:
    parts = package.infolist()
    _check_bomb(parts)
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise ValidationError(
            _("Ce fichier est protégé par un mot de passe. Retirez-le, puis recommencez."), code="locked"
        )
    if any(_MACROS.search(name) for name in names):
        raise _macros()
    if "[Content_Types].xml" in names:
        return _office_kind(_read(package, "[Content_Types].xml"))
    if "mimetype" in names:
        kind = _read(package, "mimetype").strip()
        if kind == TYPES["odt"].encode():
            return "odt"
        if kind == TYPES["ods"].encode() and "ods" in also:
            return "ods"
    raise _refused()


def _check_bomb(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    is_dense = any(
        part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > MOST_PARTS or unpacked > UNPACKED_LIMIT or is_dense:
        raise ValidationError(_("Ce fichier se déploie à une taille anormale : il n’est pas accepté."), code="bomb")


def _macros() -> ValidationError:
    return ValidationError(
        _(
            "Ce fichier contient des macros : il n’est pas accepté. Enregistrez-le sans macros (.docx, .xlsx, .pptx) ou en PDF."
        ),
        code="macros",
    )


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return _at_most(part, CONTENT_TYPES_LIMIT)


def _at_most(part: IO[bytes], limit: int) -> bytes:
    # The size in the archive's list may be a lie.
    data = part.read(limit + 1)
    if len(data) > limit:
        raise ValidationError(_("Ce fichier se déploie à une taille anormale : il n’est pas accepté."), code="bomb")
    return data


def _office_kind(types: bytes) -> str:
    declared: list[str] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        declared.append(attributes.get("ContentType", ""))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    # No declaration of entities belongs there.
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(types, True)
    except expat.ExpatError as error:
        raise ValidationError(_("Ce fichier est abîmé ou incomplet : il ne s’ouvre pas."), code="damaged") from error
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in declared):
        raise _macros()
    for mark, kind in _MAIN_PARTS.items():
        if any(one.endswith(mark.decode()) for one in declared):
            return kind
    raise _refused()


def _no_entities(*_declaration: Any) -> None:
    raise expat.ExpatError("entities")
