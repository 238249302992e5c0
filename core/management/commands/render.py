"""`manage.py render minutes 12 -o pv.pdf`: a document to a file, for whoever runs the server."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.documents import services
from core.documents.base import Document, DocumentRefused, documents
from core.documents.files import write_whole
from core.documents.sandbox import RenderingFailed


class Command(BaseCommand):
    help = "Writes a document to a file; the file's extension chooses the format. No right is asked: this is the server's shell."

    def add_arguments(self, parser):
        parser.add_argument("document", help=f"one of: {', '.join(cls.slug for cls in documents)}")
        parser.add_argument("pk", type=int, help="the id of its object")
        parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write, e.g. pv.pdf")

    def handle(self, *args, **options):
        slug, pk, output = options["document"], options["pk"], options["output"]
        if slug not in documents:
            raise CommandError(f"Unknown document {slug!r}. There are: {', '.join(cls.slug for cls in documents)}.")
        document = documents.get(slug)()
        # HTML is what the PDF is made of, to look at while working on a template; a pack has none.
        offered = [*document.formats, "html"] if document.template else [*document.formats]
        extension = output.suffix.removeprefix(".").lower()
        if extension not in offered:
            raise CommandError(f"{output.name}: {slug} is offered as {', '.join(f'.{name}' for name in offered)}.")
        obj = document.model._default_manager.filter(pk=pk).first()
        if obj is None:
            raise CommandError(f"There is no {document.model._meta.label} with id {pk}.")
        try:
            data = _made(document, obj, extension)
        except (DocumentRefused, RenderingFailed) as error:
            raise CommandError(str(error)) from error
        try:
            write_whole(output.absolute(), data)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}.") from error
        self.stdout.write(f"{output} ({len(data)} bytes)")


def _made(document: Document, obj: Any, extension: str) -> bytes:
    canonical = document.canonical(obj)
    if extension != "zip":
        return services.render(document, canonical, extension)
    path = document.build(canonical, while_waiting=lambda: None)
    try:
        return path.read_bytes()
    finally:
        path.unlink()
