"""Two people changed one text."""

import random
import re

import pytest

from core.merge import MOST_UNITS, merge_html

BASE = "<p>BIT a b c</p><p>PAM d e f</p><ul><li>un</li><li>deux</li></ul>"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged", "overlaps"),
    [
        pytest.param(
            BASE.replace("BIT a", "BIT z a"),
            BASE.replace("PAM d", "PAM y d"),
            BASE.replace("BIT a", "BIT z a").replace("PAM d", "PAM y d"),
            0,
            id="neighbours",
        ),
        pytest.param(
            BASE.replace("<li>un</li>", "<li>un !</li>"),
            BASE.replace("<li>deux</li>", "<li>deux</li><li>trois</li>"),
            BASE.replace("<li>un</li>", "<li>un !</li>").replace("<li>deux</li>", "<li>deux</li><li>trois</li>"),
            0,
            id="items of one list",
        ),
        pytest.param(
            BASE.replace("BIT a b c", "BIT a b c mien"),
            BASE.replace("BIT a b c", "BIT a b c leur"),
            BASE.replace("<p>BIT a b c</p>", "<p>BIT a b c leur</p><p>BIT a b c mien</p>"),
            1,
            id="the same paragraph",
        ),
        pytest.param(
            BASE.replace("<p>BIT a b c</p>", ""),
            BASE.replace("BIT a b c", "BIT a b c leur"),
            BASE.replace("BIT a b c", "BIT a b c leur"),
            1,
            id="removed here, rewritten there",
        ),
        pytest.param(
            BASE + "<p>mien</p>", BASE + "<p>leur</p>", BASE + "<p>leur</p><p>mien</p>", 0, id="both added at the end"
        ),
        pytest.param(BASE.replace("<p>PAM d e f</p>", ""), BASE, BASE.replace("<p>PAM d e f</p>", ""), 0, id="removed"),
        pytest.param(BASE + "<p>x</p>", BASE + "<p>x</p>", BASE + "<p>x</p>", 0, id="the same addition"),
    ],
)
def test_changes_of_both_are_kept(mine, theirs, merged, overlaps):
    result = merge_html(BASE, mine=mine, theirs=theirs)
    assert (result.html, result.overlaps) == (merged, overlaps)


def test_without_the_text_of_departure_every_passage_stays():
    result = merge_html(None, mine="<p>commun</p><p>mien</p>", theirs="<p>commun</p><p>leur</p>")
    assert result.html == "<p>commun</p><p>leur</p><p>mien</p>"


def test_texts_too_long_to_compare_stand_one_after_the_other():
    mine = "".join(f"<p>{number}</p>" for number in range(MOST_UNITS + 1))
    assert merge_html("", mine=mine, theirs="<p>leur</p>").html == f"<p>leur</p>{mine}"


def words(html):
    return set(re.findall(r"\w+", re.sub("<[^>]+>", " ", html)))


def edited(chance, base, mark):
    lines = []
    for place, line in enumerate(base):
        what = chance.random()
        if what < 0.2:
            lines.append(f"{line} {mark}{place}")
        elif what > 0.1 + 0.2:
            lines.append(line)
        if chance.random() < 0.2:
            lines.append(f"{mark}nouveau{place}")
    return lines


@pytest.mark.parametrize("block", range(4))
def test_no_typed_word_is_ever_lost(block):
    def html(lines):
        return "".join(f"<p>{line}</p>" for line in lines)

    for seed in range(block * 100, block * 100 + 100):
        chance = random.Random(seed)
        base = [" ".join(f"m{chance.randint(0, 30)}" for _word in range(3)) for _line in range(chance.randint(0, 6))]
        mine, theirs = edited(chance, base, "a"), edited(chance, base, "b")
        result = words(merge_html(html(base), mine=html(mine), theirs=html(theirs)).html)
        assert (words(html(mine)) | words(html(theirs))) - words(html(base)) <= result, seed
        assert merge_html(html(base), mine=html(mine), theirs=html(base)).html == html(mine), seed
        assert merge_html(html(base), mine=html(base), theirs=html(theirs)).html == html(theirs), seed
