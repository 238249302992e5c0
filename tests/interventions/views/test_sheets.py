"""Sheets, lines and figures through their pages: what is typed is taken, or told beside it and kept."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from interventions.enums import RoleKind
from interventions.models import CoverageLine, Intervention
from tests.interventions.factories import (
    FigureFactory,
    GroupFactory,
    IndicatorFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
    ValueFactory,
)
from tests.interventions.people import agency_of
from tests.taskforce.factories import AgencyFactory, CountryFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point(body):
    return member(body)


@pytest.fixture
def browser(signed_in, focal_point):
    """The focal point's."""
    return signed_in(focal_point.user)


@pytest.fixture
def sheet(body, focal_point):
    return InterventionFactory(
        country=body.country, lead=agency_of(focal_point), published=True, title="Filets sociaux"
    )


@pytest.fixture
def line(sheet):
    return LineFactory(intervention=sheet, ends_on=None)


def read(response):
    """The page as people read it: entities and no-break spaces resolved."""
    text = unescape(response.content.decode()).replace("\xa0", " ").replace("\u202f", " ")
    return " ".join(text.split())


def page(browser, name, *args, **query):
    return browser.get(reverse(f"interventions:{name}", args=args), query)


def post(browser, url, /, *args, **data):
    return browser.post(reverse(f"interventions:{url}", args=args), data)


# The list


def test_the_list_shows_who_does_what_and_narrows(browser, sheet, body):
    other = InterventionFactory(
        country=body.country, published=True, lead=AgencyFactory(acronym="PNUD"), title="Fixation des dunes"
    )
    region = UnitFactory(name="Tahoua")
    LineFactory(intervention=other, unit=UnitFactory(parent=region, name="Bouza"))
    archived = InterventionFactory(country=body.country, lead=AgencyFactory(), state="archived", title="Ancienne")
    everything = read(page(browser, "intervention_list", "ner"))
    assert "Filets sociaux" in everything
    assert "Fixation des dunes" in everything
    assert archived.title not in everything

    for query in ({"mots": "DUNÉS"}, {"agence": other.roles.get().agency_id}, {"lieu": region.pk}):
        text = read(page(browser, "intervention_list", "ner", **query))
        assert "Fixation des dunes" in text, query
        assert "Filets sociaux" not in text, query


@pytest.mark.parametrize("query", [{"lieu": "x"}, {"agence": "9" * 30}, {"statut": "nulle-part"}, {"tri": "'"}])
def test_an_unknown_filter_filters_nothing(query, browser, sheet):
    assert sheet.title in read(page(browser, "intervention_list", "ner", **query))


def test_nobody_is_asked_about_what_is_over(browser, body):
    def made(title, **fields):
        return InterventionFactory(country=body.country, lead=AgencyFactory(), published=True, title=title, **fields)

    made("Sans dates", planned_start=None, planned_end=None)
    made("Finie", planned_start=None, planned_end="2016-12-31")
    made("Prolongée", planned_end="2027-12-31", actual_end="2027-12-31")
    made("Abandonnée", halt="cancelled")

    text = read(page(browser, "intervention_list", "ner", verifier="on"))

    assert ("Sans dates" in text, ">Finie<" in text, "Prolongée" in text, ">Abandonnée<" in text) == (
        True,
        False,
        True,
        False,
    )


def test_what_is_to_verify_can_be_asked_for(browser, sheet):
    sheet.verified_at = timezone.now()
    sheet.save()
    assert sheet.title not in read(page(browser, "intervention_list", "ner", verifier="on"))

    sheet.flag = "À revoir."
    sheet.save()
    assert sheet.title in read(page(browser, "intervention_list", "ner", verifier="on"))


# A sheet


def test_a_new_sheet_offers_one_s_own_agency_only(browser, body, focal_point):
    SeatFactory(task_force=body, agency=AgencyFactory(acronym="AUTRE"))
    other = AgencyFactory()

    refused = post(
        browser, "intervention_add", "ner",
        title="Cantines", lead=other.pk, kind="programme", currency="XOF", visibility="partners",
    )  # fmt: skip
    made = post(
        browser, "intervention_add", "ner",
        title="Cantines", lead=agency_of(focal_point).pk, kind="programme", currency="xof", visibility="partners",
    )  # fmt: skip

    assert refused.status_code == 422
    assert 'value="Cantines"' in read(refused)
    sheet = Intervention.objects.get()
    assert made.headers["Location"].endswith(f"/interventions/{sheet.pk}/#lignes")
    assert (sheet.currency, sheet.state) == ("XOF", "draft")


def test_the_data_manager_enters_for_any_structure(signed_in, body):
    structure = AgencyFactory(acronym="DCaS")
    SeatFactory(task_force=body, agency=structure)
    browser = signed_in(member(body, role="data_manager").user)

    post(
        browser, "intervention_add", "ner",
        title="Cantines", lead=structure.pk, kind="programme", currency="XOF", visibility="partners",
    )  # fmt: skip

    sheet = Intervention.objects.get()
    assert sheet.on_behalf_of == structure
    assert "Saisie pour le compte de DCaS, à confirmer" in read(page(browser, "intervention_detail", sheet.pk))


def test_dates_out_of_order_are_told_beside_the_form(browser, body, focal_point):
    response = post(
        browser, "intervention_add", "ner",
        title="Cantines", lead=agency_of(focal_point).pk, kind="programme", currency="XOF", visibility="partners",
        planned_start="1/6/2026", planned_end="1/5/2026",
    )  # fmt: skip

    assert response.status_code == 422
    assert "La fin prévue précède le début prévu." in read(response)
    assert 'value="1/6/2026"' in read(response)


def test_roles_are_told_on_a_page_of_their_own(browser, sheet, focal_point, body):
    funder = AgencyFactory()
    SeatFactory(task_force=body, agency=funder)
    lead = agency_of(focal_point)
    form = {
        "roles-TOTAL_FORMS": 3, "roles-INITIAL_FORMS": 1, "version": 0,
        "roles-0-agency": lead.pk, "roles-0-kind": "accountable",
        "roles-1-agency": funder.pk, "roles-1-kind": "funder", "roles-1-share": "62,5",
    }  # fmt: skip
    half = post(browser, "intervention_roles", sheet.pk, **form | {"roles-1-kind": ""})
    assert half.status_code == 422
    assert "Choisissez le rôle de cette structure." in read(half)

    assert post(browser, "intervention_roles", sheet.pk, **form).status_code == 302
    assert sheet.roles.get(kind=RoleKind.ACCOUNTABLE).agency == lead
    assert str(sheet.roles.get(kind=RoleKind.FUNDER).share) == "62.50"

    late = post(browser, "intervention_roles", sheet.pk, **form)
    assert late.status_code == 409
    assert "Quelqu’un d’autre a enregistré" in read(late)


def test_a_duplicate_is_suspected_and_settled(browser, sheet, focal_point):
    twin = InterventionFactory(
        country=sheet.country, lead=agency_of(focal_point), published=True, title="Filets sociaux 2026"
    )
    assert "Cette fiche ressemble à une autre" in read(page(browser, "intervention_detail", sheet.pk))

    post(browser, "intervention_not_duplicate", sheet.pk, twin.pk)

    assert "ressemble à une autre" not in read(page(browser, "intervention_detail", sheet.pk))
    assert "ressemble à une autre" not in read(page(browser, "intervention_detail", twin.pk))


def test_figures_below_five_are_masked_for_readers_from_elsewhere(signed_in, browser, sheet, line):
    sheet.visibility = "public"
    sheet.save()
    FigureFactory(line=line, value=3)
    abroad = signed_in(member(TaskForceFactory(country=CountryFactory(senegal=True))).user)

    assert "<strong>3</strong> ménages" in read(page(browser, "intervention_detail", sheet.pk))
    elsewhere = read(page(abroad, "intervention_detail", sheet.pk))
    assert "<strong>< 5</strong> ménages" in elsewhere
    assert "<strong>3</strong>" not in elsewhere


def test_no_total_of_a_sheet_gives_a_small_figure_back(signed_in, browser, sheet, line):
    sheet.visibility = "public"
    sheet.save()
    FigureFactory(line=line, value=3)
    FigureFactory(line=LineFactory(intervention=sheet), value=100)
    abroad = signed_in(member(TaskForceFactory(country=CountryFactory(senegal=True))).user)

    assert ">100</td>" in read(page(browser, "intervention_detail", sheet.pk))
    assert ">103</td>" in read(page(browser, "intervention_detail", sheet.pk))
    elsewhere = read(page(abroad, "intervention_detail", sheet.pk))
    assert ">104</td>" in elsewhere, "between 1 and 4"
    assert ">103</td>" not in elsewhere


def test_indicators_are_entered_valued_and_put_together(browser, sheet):
    post(
        browser, "indicator_add", sheet.pk,
        name="Repas servis", kind="output", measure="repas", over_areas="sum", over_periods="latest",
        baseline="0", target="12 000",
    )  # fmt: skip
    indicator = sheet.indicators.get()
    for unit in (UnitFactory(), UnitFactory()):
        post(
            browser, "value_add", indicator.pk,
            unit=unit.pk, starts_on="1/1/2026", ends_on="31/3/2026", value="1 500,5",
        )  # fmt: skip

    assert "Valeur : <strong>3 001</strong>" in read(page(browser, "intervention_detail", sheet.pk))


def test_an_indicator_with_values_stays(browser, sheet):
    value = ValueFactory(indicator=IndicatorFactory(intervention=sheet))

    post(browser, "indicator_remove", value.indicator.pk)

    assert sheet.indicators.count() == 1


# A line and its figures


def line_facts(**more):
    return {
        "unit": UnitFactory().pk,
        "instrument": InstrumentFactory().pk,
        "target_group": GroupFactory().pk,
        "starts_on": "1/1/2026",
        **more,
    }


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"starts_on": "2026"}, "date"),
        ({"starts_on": "31/2/2026"}, "date"),
        ({"ends_on": "31/12/2025"}, "La fin précède le début."),
        ({"transfer_value": "15.000", "frequency": "month"}, "n’est pas un montant"),
        ({"transfer_value": "-5", "frequency": "month"}, "n’est pas négatif"),
        ({"transfer_value": "15000"}, "Dites à quelle fréquence"),
        ({"budget": "1e9"}, "n’est pas un montant"),
        ({"unit": "999999"}, "choix"),
        ({"instrument": ""}, "obligatoire"),
        ({"note": "a\0b"}, "caractère"),
    ],
)
def test_what_a_line_cannot_hold_is_told_and_kept(typed, message, browser, sheet):
    response = post(browser, "line_add", sheet.pk, **line_facts(source="Suivi 2026") | typed)

    assert response.status_code == 422
    assert message in read(response)
    assert 'value="Suivi 2026"' in read(response)
    assert not sheet.lines.exists()


def test_a_unit_of_another_country_is_no_choice(browser, sheet):
    abroad = UnitFactory(country=CountryFactory(senegal=True))

    assert post(browser, "line_add", sheet.pk, **line_facts(unit=abroad.pk)).status_code == 422


def test_a_line_outside_the_calendar_is_taken_with_a_word(browser, sheet):
    response = browser.post(
        reverse("interventions:line_add", args=[sheet.pk]), line_facts(starts_on="1/12/2025"), follow=True
    )

    assert "Cette ligne dépasse les dates de l’intervention." in read(response)
    assert sheet.lines.count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("12 %", "pas un pourcentage"),
        ("-3", "n’est pas négatif"),
        ("1.500", "n’est pas un nombre entier"),
        ("1,5", "n’est pas un nombre entier"),
        ("beaucoup", "n’est pas un nombre entier"),
        ("3 000 000 000", "inférieur"),
        ("9" * 18, "n’est pas un nombre entier"),
        ("²", "n’est pas un nombre entier"),
    ],
)
def test_a_figure_that_cannot_be_is_told_and_kept(typed, message, browser, line):
    response = post(
        browser, "line_figures", line.pk,
        **figures("reached-household-x-x-0", typed),
    )  # fmt: skip

    assert response.status_code == 422
    assert message in read(response)
    assert f'value="{typed}"' in unescape(response.content.decode())
    assert not line.figures.exists()


def figures(name, typed, **more):
    precisions = {f"{kind}-precision": "counted" for kind in ("targeted", "reached", "in_need")}
    return {"version": 0, **precisions, name: typed, **more}


@pytest.mark.parametrize("typed", ["12500", "12 500", "12\u202f500", "12'500"])
def test_thousands_may_be_parted(typed, browser, line):
    post(browser, "line_figures", line.pk, **figures("reached-person-x-x-0", typed))

    assert line.figures.get().value == 12500


def test_many_more_reached_than_targeted_asks_once(browser, line):
    facts = figures("reached-person-x-x-0", "500", **{"targeted-person-x-x-0": "100"})
    asked = post(browser, "line_figures", line.pk, **facts)
    assert asked.status_code == 422
    assert "500 atteints pour 100 ciblés" in read(asked)
    assert not line.figures.exists()

    assert post(browser, "line_figures", line.pk, **facts, confirmed="on").status_code == 302
    assert line.figures.count() == 2


def test_a_second_save_shows_both_entries(browser, line):
    post(browser, "line_figures", line.pk, **figures("reached-person-x-x-0", "10"))

    late = post(browser, "line_figures", line.pk, **figures("reached-person-x-x-0", "20"))

    assert late.status_code == 409
    text = read(late)
    assert "Les deux saisies" in text
    assert 'name="version" value="1"' in text
    assert line.figures.get().value == 10


def test_a_line_is_removed_after_a_page_that_names_it(browser, line):
    FigureFactory(line=line)
    text = read(page(browser, "line_remove", line.pk))
    assert str(line.unit) in text

    post(browser, "line_remove", line.pk)

    assert not CoverageLine.objects.exists()


# « Toujours valable ? »


def test_the_round_holds_one_s_own_lines_that_nobody_confirmed_for_a_month(browser, sheet, line, body):
    fresh = LineFactory(intervention=sheet, ends_on=None, verified_at=timezone.now() - timedelta(days=30))
    old = LineFactory(intervention=sheet, ends_on=None, verified_at=timezone.now() - timedelta(days=40))
    of_others = LineFactory(
        intervention=InterventionFactory(country=body.country, published=True, lead=AgencyFactory()), ends_on=None
    )
    of_a_draft = LineFactory(
        intervention=InterventionFactory(country=body.country, lead=sheet.roles.get().agency), ends_on=None
    )
    text = read(page(browser, "verification", "ner"))

    assert "2 lignes à vérifier" in text
    for one, shown in ((line, True), (old, True), (fresh, False), (of_others, False), (of_a_draft, False)):
        assert (f'id="ligne-{one.pk}"' in text) is shown


def test_one_click_leads_back_to_the_round(browser, sheet, line):
    response = post(browser, "line_verify", line.pk, ronde="2")
    assert response.headers["Location"] == "/ner/interventions/verification/?page=2"
    line.refresh_from_db()
    assert line.verified_at is not None

    assert post(browser, "line_verify", line.pk).headers["Location"].endswith(f"#ligne-{line.pk}")
    assert "Tout est vérifié" in read(page(browser, "verification", "ner"))


def test_with_htmx_the_line_is_struck_off_in_its_place(browser, line):
    response = browser.post(
        reverse("interventions:line_verify", args=[line.pk]), {"ronde": "1"}, headers={"HX-Request": "true"}
    )

    text = read(response)
    assert text.startswith("<tr")
    assert "vérifiée aujourd’hui" in text


def test_who_keeps_nothing_sees_how_far_each_structure_is(office, sheet, line):
    LineFactory(intervention=sheet, ends_on=None, verified_at=timezone.now())
    lonely = InterventionFactory(country=sheet.country, published=True)
    RoleFactory(intervention=lonely, kind="funder")
    LineFactory(intervention=lonely, ends_on=None)

    text = read(page(office, "verification", "ner"))

    assert str(sheet.roles.get().agency) in text
    assert '<td class="num" data-label="À vérifier"><strong>1</strong></td>' in text
    assert "Responsable à nommer" in text


# Side by side


def test_transfers_of_one_instrument_are_compared(browser, body):
    instrument = InstrumentFactory(name_fr="Travaux à haute intensité de main-d’œuvre")
    for value in (1300, 1500):
        LineFactory(
            intervention=InterventionFactory(
                country=body.country, published=True, lead=AgencyFactory(), planned_end=None
            ),
            instrument=instrument,
            transfer_value=value,
            frequency="day",
        )

    text = read(page(browser, "intervention_comparison", "ner", liste="transferts"))

    assert "De 1 300 à 1 500 XOF par jour travaillé selon l’intervention (2 comparées)." in text


def test_targeting_is_compared_by_method(browser, sheet, body):
    sheet.targeting_method, sheet.vulnerability_definition = "hea", "Ménages très pauvres et pauvres (HEA)."
    sheet.save()
    InterventionFactory(
        country=body.country, published=True, lead=AgencyFactory(), planned_end=None, title="Sans méthode"
    )

    text = read(page(browser, "intervention_comparison", "ner"))

    assert "Ménages très pauvres et pauvres (HEA)." in text
    assert text.index("Économie des ménages (HEA)") < text.index("Méthode non renseignée") < text.index("Sans méthode")
