"""Common French words are left out before their accents are: « à » and « même » are common, « a » and « meme » unknown."""

from django.db import migrations

FORWARD = """
CREATE TEXT SEARCH DICTIONARY socle_french_common (TEMPLATE = simple, STOPWORDS = french, ACCEPT = false);
ALTER TEXT SEARCH CONFIGURATION socle_french
    ALTER MAPPING FOR hword, hword_part, word WITH socle_french_common, unaccent, french_stem;
"""
BACKWARD = """
ALTER TEXT SEARCH CONFIGURATION socle_french ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
DROP TEXT SEARCH DICTIONARY socle_french_common;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0010_search")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
