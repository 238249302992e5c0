"""What is typed, read as a query."""

import pytest

from core.search.words import MOST_CHARACTERS, MOST_CLAUSES, Clause, read_words

OIT = ["BIT", "Bureau international du Travail", "OIT", "Organisation internationale du Travail"]


def synonyms(names):
    return {name: OIT for name in names if name in {"oit", "bit", "organisation internationale du travail"}}


def said(typed):
    return [
        ("-" if c.is_without else "") + ("|" if c.is_or else "") + (f"<{c.text}>" if c.is_phrase else c.text)
        for c in read_words(typed).clauses
    ]


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("protection sociale", ["protection", "sociale"]),
        ('"protection sociale" eau', ["<protection sociale>", "eau"]),
        ("«\N{NO-BREAK SPACE}protection sociale\N{NO-BREAK SPACE}»", ["<protection sociale>"]),
        ("“cash transfer”", ["<cash transfer>"]),
        ('"guillemet ouvert', ["<guillemet ouvert>"]),
        ("ciblage -enquête", ["ciblage", "-enquête"]),
        ('ciblage -"registre social"', ["ciblage", "-<registre social>"]),
        ("eau OU sel", ["eau", "|sel"]),
        ("OU eau", ["OU", "eau"]),
        ("eau OU", ["eau"]),
        ("où vont-ils", ["où", "vont-ils"]),
        ("les ménages", ["ménages"]),
        ('"les ménages"', ["<les ménages>"]),
        ("les", ["les"]),
        ("<b>eau</b>", ["b", "eau", "/b"]),
        ("--- - \" % \\ & | ! :* ' 😀", []),
        ("a\x00b\x07c", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_words_phrases_and_operators(typed, clauses):
    assert said(typed) == clauses


def test_the_last_word_may_go_on():
    assert [clause.is_prefix for clause in read_words("plan trav").clauses] == [False, True]
    assert not read_words("plan de").clauses[-1].is_prefix
    assert not read_words('"plan trav"').clauses[-1].is_prefix
    assert not read_words("plan -trav").clauses[-1].is_prefix


def test_a_long_query_is_cut_and_says_so():
    words = read_words("mot " * 2_500)

    assert words.is_cut
    assert len(words.text) <= MOST_CHARACTERS
    assert len(words.clauses) <= MOST_CLAUSES
    assert not read_words("mot").is_cut
    assert read_words("x" * 10_000).is_cut


def test_an_acronym_stands_for_all_the_names():
    (clause,) = read_words("Oit", synonyms=synonyms).clauses

    assert clause.text == "Oit"
    assert clause.others == ("BIT", "Bureau international du Travail", "Organisation internationale du Travail")


def test_words_that_are_a_name_together_become_one_clause():
    clauses = read_words("réunion Organisation internationale du Travail", synonyms=synonyms).clauses

    assert [clause.text for clause in clauses] == ["réunion", "Organisation internationale du Travail"]
    assert "BIT" in clauses[1].others
    assert not clauses[1].is_prefix


def test_a_name_does_not_run_over_an_operator():
    clauses = read_words('Organisation "internationale du Travail"', synonyms=synonyms).clauses

    assert all(not clause.others for clause in clauses)


def test_only_words_to_leave_out_look_for_nothing():
    assert read_words("-eau").is_empty
    assert read_words("").is_empty
    assert not read_words("sel -eau").is_empty


def test_no_words_are_no_query():
    with pytest.raises(ValueError, match="no words"):
        read_words("").query("fr")


def test_a_left_out_name_leaves_out_its_other_names():
    words = read_words("eau -OIT", synonyms=synonyms)

    assert words.clauses[1] == Clause(
        "OIT",
        is_without=True,
        others=("BIT", "Bureau international du Travail", "Organisation internationale du Travail"),
    )
    assert words.others == []
