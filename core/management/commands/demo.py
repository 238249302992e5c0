"""`manage.py demo`: load the demonstration data; running it again changes nothing."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.demo import World, demo_steps, load_steps
from core.search.indexing import index_marked

PASSWORD = "socle-demonstration"


class Command(BaseCommand):
    help = "Charge les données de démonstration (sans effet la seconde fois) et affiche les comptes."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="ne rien faire si la base contient déjà des instances"
        )

    def handle(self, *args, if_empty=False, **options):
        if not settings.SOCLE_DEMO:
            raise CommandError(_("La démonstration est désactivée (SOCLE_DEMO=false) : rien n’a été chargé."))
        load_steps()
        world = World(today=timezone.localdate(), password=PASSWORD)
        world.things["only_if_empty"] = if_empty
        with transaction.atomic():
            for step in demo_steps():
                step(world)
        index_marked()
        width = max(len(label) for label, _email in world.accounts)
        self.stdout.write(_("Comptes de la démonstration (mot de passe : %s)") % PASSWORD)
        for label, email in world.accounts:
            self.stdout.write(f"  {label:<{width}}  {email}")
