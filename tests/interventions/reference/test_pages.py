"""The lists that interventions are classified by, as secretariats edit them."""

import pytest
from django.urls import reverse

from interventions.enums import ComplementarityKind, LifeStage
from interventions.models import Complementarity, Instrument, PolicyAxis, SdgTarget, SpfGuarantee, TargetGroup
from interventions.queries.reference import LISTS
from interventions.services.reference import load_reference
from tests.interventions.factories import AxisFactory, GroupFactory, InstrumentFactory, LineFactory
from tests.interventions.reference.pages import at, corrected, shown
from tests.project import html
from tests.taskforce.factories import CountryFactory, member

pytestmark = pytest.mark.django_db

INSTRUMENT = {"name_fr": "Chèque énergie", "name_en": "Energy voucher", "side": "transfer"}


def test_the_lists_that_come_with_the_portal_are_read_by_members(body, signed_in):
    load_reference()
    member_of_body = signed_in(member(body).user)
    home = shown(member_of_body.get(at("reference_home")))

    for listed in LISTS.values():
        assert str(listed.title) in home
        page = shown(member_of_body.get(at("entry_list", listed.slug)))
        assert str(listed.title) in page and "Nouve" not in page
    assert "8 régions, 67 départements" in home
    assert "Transfert monétaire inconditionnel" in shown(member_of_body.get(at("entry_list", "instruments")))
    assert "6 à 17 ans" in shown(member_of_body.get(at("entry_list", "groupes-cibles")))
    assert "PNPS, axe 2" in shown(member_of_body.get(at("entry_list", "axes")))
    assert "PSE" not in shown(member_of_body.get(at("entry_list", "axes"))), "an axis of Senegal"
    assert member_of_body.get(at("entry_list", "inconnue")).status_code == 404


def test_in_english(body, office):
    load_reference()
    office.cookies["django_language"] = "en"
    page = office.get(at("entry_list", "complementarites"), headers={"accept-language": "en"}).content.decode()

    assert "Unconditional cash transfer" in page
    assert "The transfer makes families seek care" in page


def test_a_new_instrument(office, secretary):
    InstrumentFactory(position=7)
    response = office.post(at("entry_add", "instruments"), {**INSTRUMENT, "aliases": "energy cash\nBon énergie \n\n"})

    assert response.status_code == 302
    found = Instrument.objects.get(code="cheque-energie")
    assert (found.name_fr, found.side, found.position) == ("Chèque énergie", "transfer", 8)
    assert [alias.label for alias in found.aliases.all()] == ["Bon énergie", "energy cash"]
    assert "Chèque énergie" in shown(office.get(at("entry_list", "instruments")))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name_fr": ""}, "Ce champ est obligatoire"),
        ({"dac_code": "1601"}, "cinq chiffres"),
        ({"aliases": "argent contre travail"}, "désigne déjà Travaux publics"),
        ({"aliases": "x" * 121}, "trop long"),
        ({"aliases": "\n".join(f"nom {n}" for n in range(61))}, "Au plus 60 lignes"),
        ({"code": "travaux"}, "existe déjà"),
        ({"name_fr": "Travaux"}, "existe déjà"),
        ({"name_fr": "a\x00b"}, "caractère"),
    ],
)
def test_an_instrument_that_cannot_be(office, typed, said):
    InstrumentFactory(code="travaux", name_fr="Travaux publics").aliases.create(label="Argent contre travail")
    response = office.post(at("entry_add", "instruments"), {**INSTRUMENT, **typed})

    page = shown(response, 422)
    assert said in page
    assert Instrument.objects.count() == 1
    assert "Energy voucher" in response.content.decode(), "what was typed is still there"


def test_correcting_keeps_the_code_and_says_who_uses_it(office):
    line = LineFactory(instrument=InstrumentFactory(code="travaux"))
    url = at("entry_edit", "instruments", line.instrument.pk)
    assert "1 ligne ou fiche emploie cette entrée" in shown(office.get(url))

    corrected(office, url, {**INSTRUMENT, "code": "autre", "dac_code": "16010"})

    found = Instrument.objects.get()
    assert (found.code, found.name_fr, found.dac_code) == ("travaux", "Chèque énergie", "16010")


def test_set_aside_and_back(office):
    group = GroupFactory()
    url = at("entry_active", "groupes-cibles", group.pk)

    office.post(url)
    assert not TargetGroup.objects.get().is_active
    assert "Plus proposé" in shown(office.get(at("entry_list", "groupes-cibles")))
    assert "Proposer de nouveau" in shown(office.get(at("entry_edit", "groupes-cibles", group.pk)))
    office.post(url, {"propose": "1"})
    assert TargetGroup.objects.get().is_active


def test_groups_stay_a_tree(office):
    children = GroupFactory(code="enfants", name_fr="Enfants")
    young = GroupFactory(code="petits", name_fr="Petits enfants", parent=children)
    fields = {"name_fr": "Enfants", "name_en": "Children", "life_stage": "childhood", "counted": "person"}

    refused = corrected(office, at("entry_edit", "groupes-cibles", children.pk), {**fields, "parent": young.pk})
    assert "inclus dans lui-même" in shown(refused, 422)
    refused = corrected(
        office, at("entry_edit", "groupes-cibles", children.pk), {**fields, "age_from": "12", "age_to": "6"}
    )
    assert "inférieur" in shown(refused, 422)
    corrected(office, at("entry_edit", "groupes-cibles", children.pk), {**fields, "age_to": "17"})
    children.refresh_from_db()
    assert (children.parent, children.age_to, children.counted) == (None, 17, "person")


def test_an_axis_belongs_to_its_country(body, office, signed_in):
    fields = {"policy": "PNPS", "number": "2", "name_fr": "Sécurité sociale", "name_en": "Social security"}
    assert office.post(at("entry_add", "axes"), fields).status_code == 302
    axis = PolicyAxis.objects.get()
    assert (axis.country, axis.code, axis.to_check) == (body.country, "securite-sociale", False)

    again = office.post(at("entry_add", "axes"), {**fields, "code": "autre"})
    assert "Cet axe existe déjà" in shown(again, 422)
    abroad = AxisFactory(country=CountryFactory(senegal=True))
    assert office.get(at("entry_edit", "axes", abroad.pk)).status_code == 404
    assert office.get(reverse("interventions:entry_edit", args=["sen", "axes", abroad.pk])).status_code == 403


def test_a_guarantee_and_its_instruments(office):
    kept, aside = InstrumentFactory(), InstrumentFactory(is_active=False)
    page = office.get(at("entry_add", "garanties")).content.decode()
    assert str(kept) in page and str(aside) not in page

    fields = {"name_fr": "Soins essentiels", "name_en": "Essential care"}
    refused = office.post(at("entry_add", "garanties"), {**fields, "instruments": [aside.pk]})
    assert refused.status_code == 422
    office.post(
        at("entry_add", "garanties"), {**fields, "life_stages": ["childhood", "old_age"], "instruments": [kept.pk]}
    )
    found = SpfGuarantee.objects.get()
    assert (found.life_stages, list(found.instruments.all())) == ([LifeStage.CHILDHOOD, LifeStage.OLD_AGE], [kept])


def test_a_complementarity_of_two(office):
    first, second = InstrumentFactory(), InstrumentFactory()
    fields = {
        "first": first.pk,
        "kind": "sequencing",
        "rationale_fr": "L’un prépare l’autre.",
        "rationale_en": "One prepares.",
    }

    assert "deux instruments différents" in shown(
        office.post(at("entry_add", "complementarites"), {**fields, "second": first.pk}), 422
    )
    assert office.post(at("entry_add", "complementarites"), {**fields, "second": second.pk}).status_code == 302
    assert Complementarity.objects.get().kind == ComplementarityKind.SEQUENCING
    assert "existe déjà" in shown(
        office.post(at("entry_add", "complementarites"), {**fields, "second": second.pk}), 422
    )


def test_a_target_as_the_united_nations_write_it(office):
    fields = {"name_fr": "Emploi décent", "name_en": "Decent work"}

    assert "comme « 1.3 »" in shown(office.post(at("entry_add", "cibles-odd"), {**fields, "code": "huit"}), 422)
    assert office.post(at("entry_add", "cibles-odd"), {**fields, "code": ""}).status_code == 422
    assert office.post(at("entry_add", "cibles-odd"), {**fields, "code": "8.b"}).status_code == 302
    assert SdgTarget.objects.get().code == "8.b"


@pytest.mark.parametrize("kind", LISTS)
def test_a_member_reads_and_does_not_write(body, signed_in, kind):
    browser = signed_in(member(body).user)

    assert browser.get(at("entry_list", kind)).status_code == 200
    for method in (browser.get, browser.post):
        assert method(at("entry_add", kind)).status_code == 403


def test_two_people_correct_an_entry_at_once(office):
    instrument = InstrumentFactory(code="travaux", name_fr="Travaux publics", side="transfer")
    instrument.aliases.create(label="Argent contre travail")
    url = at("entry_edit", "instruments", instrument.pk)
    seen = html.tree(office.get(url).content).xpath("//input[@name='version']/@value")[0]
    first = {**INSTRUMENT, "name_fr": "Travaux à haute intensité", "aliases": "HIMO", "version": seen}
    assert office.post(url, first).status_code == 302

    second = office.post(url, {**INSTRUMENT, "name_fr": "Chantiers", "aliases": "Chantier", "version": seen})
    page = shown(second, 409)
    assert "Travaux à haute intensité" in page and "HIMO" in page and "Chantier" in page
    assert 'value="Chantiers"' in second.content.decode(), "what was typed is still there"
    assert Instrument.objects.get().name_fr == "Travaux à haute intensité"
    again = html.tree(second.content).xpath("//input[@name='version']/@value")[0]
    assert office.post(url, {**INSTRUMENT, "name_fr": "Chantiers", "version": again}).status_code == 302
    assert Instrument.objects.get().name_fr == "Chantiers"


def test_other_names_and_instruments_count_as_written(office):
    kept, other = InstrumentFactory(), InstrumentFactory(name_fr="Pension sociale")
    guarantee = SpfGuarantee.objects.create(code="g", name_fr="Soins", name_en="Care", life_stages=["childhood"])
    guarantee.instruments.add(kept)
    url = at("entry_edit", "garanties", guarantee.pk)
    seen = html.tree(office.get(url).content).xpath("//input[@name='version']/@value")[0]
    guarantee.instruments.add(other)

    typed = {"name_fr": "Soins", "name_en": "Care", "life_stages": ["childhood"], "instruments": [kept.pk]}
    assert "Pension sociale" in shown(office.post(url, {**typed, "version": seen}), 409)
    assert guarantee.instruments.count() == 2
    assert office.post(url, typed).status_code == 409, "written by hand, without having seen anything"
