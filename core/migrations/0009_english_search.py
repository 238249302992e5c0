"""The search configuration of texts in English, beside `socle_french`: accents ignored there too (« Niger », « Sénégal »)."""

from django.db import migrations

FORWARD = """
CREATE TEXT SEARCH CONFIGURATION socle_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION socle_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0008_notifications")]

    operations = [migrations.RunSQL(FORWARD, "DROP TEXT SEARCH CONFIGURATION socle_english")]
