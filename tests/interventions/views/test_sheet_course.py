"""What a sheet says to who opens it: where it stands, what comes next, what is asked before anything goes."""

import pytest

from interventions.enums import InterventionState
from interventions.models import CoverageLine
from interventions.services.course import send_back, submit
from tests.interventions.factories import (
    GroupFactory,
    IndicatorFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    UnitFactory,
    ValueFactory,
)
from tests.interventions.people import agency_of
from tests.interventions.views.test_sheets import line_facts, page, post, read
from tests.project import html
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point(body):
    return member(body)


@pytest.fixture
def browser(signed_in, focal_point):
    return signed_in(focal_point.user)


@pytest.fixture
def draft(body, focal_point):
    return InterventionFactory(country=body.country, lead=agency_of(focal_point), title="Filets sociaux")


@pytest.fixture
def value(draft):
    return ValueFactory(indicator=IndicatorFactory(intervention=draft, name="Repas servis"), value=1500)


def seen(response):
    return html.tree(response.content).xpath("//input[@name='version']/@value")[0]


def test_each_step_says_what_comes_next(browser, office, draft, focal_point, secretary):
    LineFactory(intervention=draft)
    assert "transmettez-la" in read(page(browser, "intervention_detail", draft.pk))
    submit(draft, actor=focal_point.user)
    assert "Le secrétariat la relit" in read(page(browser, "intervention_detail", draft.pk))
    assert "Publiez la fiche si elle est juste" in read(page(office, "intervention_detail", draft.pk))

    send_back(draft, reason="Nommez le registre.", actor=secretary)
    told = read(page(browser, "intervention_detail", draft.pk))
    assert told.index("Renvoyée par le secrétariat") < told.index("Nommez le registre.") < told.index("Ciblage")
    submit(draft, actor=focal_point.user)
    assert "Renvoyée par le secrétariat" not in read(page(browser, "intervention_detail", draft.pk))


def test_lines_of_one_kind_are_told_under_one_heading(browser, draft):
    cash, canteen, poor = InstrumentFactory(name_fr="Espèces"), InstrumentFactory(name_fr="Cantine"), GroupFactory()
    for unit in (UnitFactory(name="Bouza"), UnitFactory(name="Abala")):
        for instrument in (cash, canteen):
            LineFactory(intervention=draft, unit=unit, instrument=instrument, target_group=poor)

    tree = html.tree(page(browser, "intervention_detail", draft.pk).content)
    headings = [" ".join(one.text_content().split()) for one in tree.xpath("//tr[@class='line-group']/th")]
    assert [heading.split(" ")[0] for heading in headings] == ["Espèces", "Cantine"]
    places = [one.xpath("string(./th[1]/a)") for one in tree.xpath("//tr[starts-with(@id, 'ligne-')]")]
    assert places == ["Abala", "Bouza", "Abala", "Bouza"]


def test_the_place_of_a_line_is_never_left_to_chance(browser, draft):
    refused = post(browser, "line_add", draft.pk, **line_facts(unit=""))
    assert refused.status_code == 422
    assert "Choisissez un département ou une région" in read(refused)

    assert post(browser, "line_add", draft.pk, **line_facts(unit="national")).status_code == 302
    line = CoverageLine.objects.get()
    assert line.unit is None
    tree = html.tree(page(browser, "line_edit", line.pk).content)
    assert tree.xpath("//select[@name='unit']/option[@selected]/@value") == ["national"]


def test_two_people_on_a_line_without_a_place(browser, draft):
    line = LineFactory(intervention=draft, unit=None)
    typed = line_facts(unit="national", instrument=line.instrument_id, note="Deux")
    version = seen(page(browser, "line_edit", line.pk))
    assert post(browser, "line_edit", line.pk, **typed, version=version).status_code == 302

    refused = post(browser, "line_edit", line.pk, **{**typed, "note": "Trois"}, version=version)
    assert refused.status_code == 409
    rows = html.tree(refused.content).xpath("//table[contains(@class, 'both-entries')]//tbody/tr/th/text()")
    assert rows == ["Remarque"]


def test_a_value_is_corrected_in_place(browser, draft, value):
    form = page(browser, "value_edit", value.pk)
    assert "Repas servis" in read(form)
    typed = {"unit": value.unit_id or "", "starts_on": "1/1/2026", "ends_on": "31/3/2026", "value": "1 600"}
    assert post(browser, "value_edit", value.pk, **typed, version=seen(form)).status_code == 302

    stale = post(browser, "value_edit", value.pk, **{**typed, "value": "1 700"}, version=seen(form))
    assert stale.status_code == 409
    assert "1 600" in read(stale) and "1 700" in read(stale)
    value.refresh_from_db()
    assert value.value == 1600


def test_two_people_on_one_indicator(browser, value):
    indicator = value.indicator
    form = page(browser, "indicator_edit", indicator.pk)
    typed = {"kind": "output", "measure": "repas", "over_areas": "sum", "over_periods": "latest"}
    assert post(browser, "indicator_edit", indicator.pk, name="Un", **typed, version=seen(form)).status_code == 302
    stale = post(browser, "indicator_edit", indicator.pk, name="Deux", **typed, version=seen(form))

    assert stale.status_code == 409
    indicator.refresh_from_db()
    assert indicator.name == "Un"
    assert post(browser, "indicator_edit", indicator.pk, name="Deux", **typed, version=seen(stale)).status_code == 302


def test_what_goes_is_named_before_it_goes(browser, office, draft, value):
    asked = read(page(browser, "value_remove", value.pk))
    assert "Repas servis" in asked and "1 500" in asked
    value.refresh_from_db()
    assert post(browser, "value_remove", value.pk).status_code == 302
    assert "Repas servis" in read(page(browser, "indicator_remove", value.indicator.pk))
    assert post(browser, "indicator_remove", value.indicator.pk).status_code == 302
    assert not draft.indicators.exists()

    assert "sortir de l’archive" in read(page(office, "intervention_archive", draft.pk))
    draft.refresh_from_db()
    assert draft.state == InterventionState.DRAFT
    post(office, "intervention_archive", draft.pk)
    draft.refresh_from_db()
    assert draft.state == InterventionState.ARCHIVED


@pytest.mark.parametrize("name", ["area_sheet", "agency_sheet", "intervention_comparison", "sheet_statistics"])
def test_every_page_of_a_country_leads_to_the_others(browser, draft, focal_point, name):
    line = LineFactory(intervention=draft)
    args = {"area_sheet": [line.unit.pcode], "agency_sheet": [agency_of(focal_point).pk]}.get(name, [])
    links = html.tree(page(browser, name, "ner", *args).content).xpath("//nav[contains(@class, 'view-nav')]//a/@href")

    assert {"/ner/interventions/", "/ner/interventions/carte/", "/ner/interventions/comparaison/"} <= set(links)


def test_a_link_to_a_line_opens_its_page(browser, draft):
    cash, poor = InstrumentFactory(), GroupFactory()
    lines = [
        LineFactory(intervention=draft, unit=UnitFactory(name=f"Lieu {n:02}"), instrument=cash, target_group=poor)
        for n in range(30)
    ]
    saved = post(
        browser, "line_edit", lines[28].pk,
        **line_facts(unit=lines[28].unit_id, instrument=cash.pk, target_group=poor.pk),
        version=seen(page(browser, "line_edit", lines[28].pk)),
    )  # fmt: skip

    assert f'id="ligne-{lines[28].pk}"' in browser.get(saved.url).content.decode()
    for asked in ("9" * 30, "x", "\N{SUPERSCRIPT TWO}", ""):
        told = page(browser, "intervention_detail", draft.pk, ligne=asked)
        assert f'id="ligne-{lines[0].pk}"' in told.content.decode()


def test_the_history_tells_one_act_once(browser, draft):
    first = LineFactory(intervention=draft, unit=UnitFactory(name="Bouza"))
    places = [UnitFactory(name=name) for name in ("Abala", "Say", "Kollo")]
    post(browser, "line_copy", first.pk, units=[unit.pk for unit in places])

    told = read(page(browser, "intervention_history", draft.pk))
    assert "3 lignes ajoutées" in told and all(unit.name in told for unit in places)
    assert told.count("Ligne ajoutée :") == 1, "that of Bouza, which nobody of the portal entered"
