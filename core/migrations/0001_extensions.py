"""Extensions, the immutable `socle_unaccent`, and the search configurations of texts in French and in English.

Accents are ignored in both; common French words are left out before their accents are (« à » and « même » are
common, « a » and « meme » unknown).

`unaccent()` is only STABLE because its dictionary may be changed; the wrapper names the dictionary, so
that indexes may use it. It gives French order on every PostgreSQL, with or without ICU.
"""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION socle_unaccent(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$;

CREATE TEXT SEARCH DICTIONARY socle_french_common (TEMPLATE = simple, STOPWORDS = french, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION socle_french (COPY = french);
ALTER TEXT SEARCH CONFIGURATION socle_french
    ALTER MAPPING FOR hword, hword_part, word WITH socle_french_common, unaccent, french_stem;

CREATE TEXT SEARCH CONFIGURATION socle_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION socle_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

BACKWARD = """
DROP TEXT SEARCH CONFIGURATION socle_english;
DROP TEXT SEARCH CONFIGURATION socle_french;
DROP TEXT SEARCH DICTIONARY socle_french_common;
DROP FUNCTION socle_unaccent(text);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: list = []

    operations = [
        BtreeGistExtension(),
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
