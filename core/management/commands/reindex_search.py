"""`manage.py reindex_search`: make the search index again from what it speaks of."""

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from core.search.indexing import index_marked, reindex


class Command(BaseCommand):
    help = "Refait l’index de la recherche."

    def add_arguments(self, parser):
        parser.add_argument("--marked", action="store_true", help="seulement ce qui a changé depuis la dernière fois")

    def handle(self, *args, marked=False, **options):
        count = index_marked() if marked else reindex()
        self.stdout.write(ngettext("%(count)d fiche indexée.", "%(count)d fiches indexées.", count) % {"count": count})
