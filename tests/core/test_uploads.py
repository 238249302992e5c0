"""What people hand in: bad names, bad contents, bombs."""

import io
import struct
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.uploads import TYPES, UPLOAD_LIMIT, check_upload, clean_name

OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def package(parts, **kwargs):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data, **kwargs)
    return held.getvalue()


def office(kind, **more):
    types = f'<?xml version="1.0"?><Types><Override PartName="/m.xml" ContentType="{OFFICE.get(kind, kind)}"/></Types>'
    return package({"[Content_Types].xml": types, "m.xml": "<m/>", **more})


CONTENTS = {
    "pdf": b"%PDF-1.7\n%\n",
    "jpg": b"\xff\xd8\xff\xe0 picture",
    "png": b"\x89PNG\r\n\x1a\n picture",
    "txt": "Texte accentué".encode(),
    "csv": "a;b\n1;2\n".encode("latin-1"),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "odt": package({"mimetype": TYPES["odt"], "content.xml": "<office/>"}),
}

# Kept only where they are asked for.
ASKED = {
    "ods": package({"mimetype": TYPES["ods"], "content.xml": "<office/>"}),
    "geojson": b'\xef\xbb\xbf {"type": "FeatureCollection"}',
    "json": b"{}",
    "xml": b"<iati-activities/>",
}


def upload(name, data):
    # As a request gives it: the name is not cleaned yet but for its folders.
    file = SimpleUploadedFile("x", data)
    file._name = name
    return file


def code(name, data):
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(name, data))
    return refused.value.code


@pytest.mark.parametrize("kind", CONTENTS)
def test_the_kinds_that_are_kept(kind):
    file = upload(f"Note.{kind}", CONTENTS[kind])
    checked = check_upload(file)
    assert (checked.extension, checked.content_type, checked.size) == (kind, TYPES[kind], len(CONTENTS[kind]))
    assert len(checked.sha256) == 64
    assert file.tell() == 0


def test_every_kind_is_tried():
    assert set(CONTENTS) | set(ASKED) == set(TYPES)


@pytest.mark.parametrize("kind", ASKED)
def test_kinds_that_are_kept_where_they_are_asked_for(kind):
    file = upload(f"Note.{kind}", ASKED[kind])
    checked = check_upload(file, also=(kind,))
    assert (checked.extension, checked.content_type) == (kind, TYPES[kind])
    assert file.tell() == 0
    assert code(f"Note.{kind}", ASKED[kind]) == "not-accepted"
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(f"Note.{kind}", b"rien de tel"), also=(kind,))
    assert refused.value.code == ("not-accepted" if kind == "ods" else "damaged")


def test_jpeg_is_jpg_and_capitals_do_not_matter():
    assert check_upload(upload("Photo.JPEG", CONTENTS["jpg"])).extension == "jpg"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("vide.pdf", b"", "empty"),
        ("page.pdf", b"<html>", "not-accepted"),
        ("note.txt", CONTENTS["pdf"], "wrong-extension"),
        ("tableau.docx", CONTENTS["xlsx"], "wrong-extension"),
        ("sans-extension", CONTENTS["pdf"], "wrong-extension"),
        ("programme.exe", b"MZ\x90\x00", "not-accepted"),
        ("programme.pdf", b"MZ\x90\x00", "not-accepted"),
        ("page.html", b"<script>alert(1)</script>", "not-accepted"),
        ("dessin.svg", b"<svg onload='x'/>", "not-accepted"),
        ("ancien.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
        ("protege.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"),
        ("archive.zip", package({"a.txt": "a"}), "not-accepted"),
        ("archive.docx", package({"a.txt": "a"}), "not-accepted"),
        ("macro.docm", office(MACRO), "macros"),
        ("macro.docx", office(MACRO), "macros"),
        ("macro2.docx", office("docx", **{"word/vbaProject.bin": b"x"}), "macros"),
        ("macro.odt", package({"mimetype": TYPES["odt"], "Basic/script.xml": "x"}), "macros"),
        ("coupe.docx", office("docx")[:60], "damaged"),
        ("abime.docx", b"PK\x03\x04" + b"\x00" * 200, "damaged"),
        ("entites.docx", package({"[Content_Types].xml": "<!DOCTYPE T [<!ENTITY a 'b'>]><T>&a;</T>"}), "damaged"),
        ("binaire.txt", b"texte\x00", "not-accepted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused(name, data, expected):
    assert code(name, data) == expected


def test_a_zip_bomb_is_told_by_its_list_of_parts():
    assert code("bombe.docx", office("docx", **{"word/media/a": b"\x00" * 60_000_000})) == "bomb"


def test_a_bomb_of_many_parts_is_refused():
    assert code("bombe.docx", office("docx", **{f"p{n}": b"" for n in range(5100)})) == "bomb"


def test_a_list_that_lies_about_a_size_is_not_believed():
    data = bytearray(package({"[Content_Types].xml": b" " * 3_000_000, "m.xml": "<m/>"}))
    # The uncompressed size of the first part, in the local header and in the directory (APPNOTE 4.3).
    struct.pack_into("<I", data, 22, 10)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    assert code("menteur.docx", bytes(data)) in {"damaged", "bomb"}


def test_a_locked_archive_is_named():
    data = bytearray(office("docx"))
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    assert code("verrou.docx", bytes(data)) == "locked"


def test_fifty_one_megabytes_are_refused_unread():
    class Large:
        name = "grand.pdf"
        size = UPLOAD_LIMIT + 1

        def read(self, *_size):
            raise AssertionError("a file that is too large is not read")

    with pytest.raises(ValidationError) as refused:
        check_upload(Large())
    assert refused.value.code == "too-large"
    assert "51" in str(refused.value.messages)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Moi\\note.docx", "note.docx"),
        ("rapport\u202excod.exe", "rapportxcod.exe"),
        ("a\u200b\u2066b.pdf", "ab.pdf"),
        ("ligne\r\nX-Evil: 1.pdf", "ligne X-Evil- 1.pdf"),
        ("nul\x00.pdf", "nul.pdf"),
        ("  ...  .pdf", "fichier.pdf"),
        ("", "fichier"),
        (".htaccess", "fichier.htaccess"),
        ('qu"ote<1>|?*.pdf', "qu-ote-1----.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("a." + "y" * 300, "a." + "y" * 10),
    ],
    ids=[
        "path",
        "Windows path",
        "RTL",
        "invisible",
        "header",
        "NUL",
        "only dots",
        "empty",
        "hidden",
        "signs",
        "NFC",
        "long",
        "long extension",
    ],
)
def test_names_are_made_harmless(raw, clean):
    assert clean_name(raw) == clean
    assert len(clean_name(raw)) <= 100
