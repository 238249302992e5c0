"""Who may do what with the interventions of a country. Nothing else declares rights."""

from __future__ import annotations

import rules

from interventions.enums import InterventionState, RoleKind
from interventions.models import Intervention
from interventions.queries.visibility import may_see, reach_of
from taskforce.models import Country
from taskforce.queries import grants_of
from taskforce.rules import holds_anything, is_administrator, runs_some_body


def country_id_of(obj) -> int | None:
    """The country of an object of this app, or the country itself."""
    if isinstance(obj, Country):
        return obj.pk
    intervention = intervention_of(obj)
    return getattr(intervention if intervention is not None else obj, "country_id", None)


def intervention_of(obj) -> Intervention | None:
    """The sheet that a role, a line, a figure, an indicator or a value belongs to."""
    for name in ("line", "indicator"):
        obj = getattr(obj, name, obj)
    return obj if isinstance(obj, Intervention) else getattr(obj, "intervention", None)


@rules.predicate
def reads_country(user, obj):
    return country_id_of(obj) in reach_of(user).reads


@rules.predicate
def runs_country(user, obj):
    """Secretariat of a body of the country, or its data manager."""
    return country_id_of(obj) in reach_of(user).runs


@rules.predicate
def is_secretariat_there(user, obj):
    return country_id_of(obj) in reach_of(user).secretariat_in


@rules.predicate
def is_data_manager(user, obj):
    return country_id_of(obj) in reach_of(user).data_manager_in


@rules.predicate
def is_some_data_manager(user):
    return bool(grants_of(user).data_manager_in)


@rules.predicate
def sits_in_country(user, obj):
    """Sits for some agency in a body of the country."""
    return bool(reach_of(user).agencies.get(country_id_of(obj)))


@rules.predicate
def sees_intervention(user, obj):
    intervention = intervention_of(obj)
    return intervention is not None and may_see(user, intervention)


@rules.predicate
def works_for_lead(user, obj):
    """Sits for the accountable agency; where none is named, for an agency that has a part in the intervention."""
    intervention = intervention_of(obj)
    if intervention is None:
        return False
    reach, country = reach_of(user), intervention.country_id
    if not reach.agencies.get(country):
        return False
    roles = list(intervention.roles.all())
    leads = [role for role in roles if role.kind == RoleKind.ACCOUNTABLE]
    return any(reach.sits_for(country, role.agency_id) for role in leads or roles)


@rules.predicate
def works_for_named(user, obj):
    """Sits for the agency for whose account the sheet was entered."""
    intervention = intervention_of(obj)
    return intervention is not None and reach_of(user).sits_for(intervention.country_id, intervention.on_behalf_of_id)


@rules.predicate
def is_not_archived(user, obj):
    intervention = intervention_of(obj)
    return intervention is not None and intervention.state != InterventionState.ARCHIVED


@rules.predicate
def owns_view(user, obj):
    return getattr(obj, "owner_id", None) == user.pk


@rules.predicate
def runs_campaign(user, obj):
    """Runs the country whose campaign this is a request of."""
    return obj is not None and obj.campaign.country_id in reach_of(user).runs


@rules.predicate
def sits_for_asked(user, obj):
    """Sits for the structure that the request asks."""
    return obj is not None and reach_of(user).sits_for(obj.campaign.country_id, obj.agency_id)


is_own = works_for_lead | works_for_named

# The pages of a country; what each shows follows the visibility of each sheet.
rules.add_perm("interventions.view_country", holds_anything)
rules.add_perm("interventions.view_intervention", sees_intervention)
# Figures from 1 to 4 point at people: shown to those who work in the country.
rules.add_perm("interventions.view_small_figures", reads_country)
rules.add_perm("interventions.add_intervention", sits_in_country | is_data_manager)
# For any structure of the country, to be confirmed by it.
rules.add_perm("interventions.enter_on_behalf", is_data_manager)
rules.add_perm("interventions.edit_intervention", (is_own | is_data_manager) & is_not_archived)
# Who takes part: beside those, the secretariat hands a sheet over.
rules.add_perm("interventions.edit_roles", (is_own | runs_country) & is_not_archived)
# What was entered for an agency becomes its own.
rules.add_perm("interventions.confirm_intervention", works_for_named & is_not_archived)
# To publish, send back with a reason, archive, take out of the archive.
rules.add_perm("interventions.publish_intervention", is_secretariat_there)
rules.add_perm("interventions.flag_intervention", runs_country)
# That two sheets that resemble each other are two.
rules.add_perm("interventions.settle_duplicates", runs_country | is_own)
# Keys of partners to the API: who publishes says who reads.
rules.add_perm("interventions.manage_api_tokens", is_secretariat_there)
# Which decisions and actions of the registers speak of a sheet.
rules.add_perm("interventions.tie_decisions", (is_own | runs_country) & is_not_archived)
# Imports, campaigns, units, axes and context of a country.
rules.add_perm("interventions.manage_country_data", runs_country)
# What a campaign asks of a structure: its own people answer, whoever runs the country writes down what came otherwise.
rules.add_perm("interventions.answer_collection", runs_campaign | sits_for_asked)
# Coverage files: of all structures for those who run the country, of one's own agency otherwise.
rules.add_perm("interventions.import_lines", runs_country | sits_in_country)
# A sheet to which a file wrote: whoever may still write to it by file.
rules.add_perm("interventions.undo_import", (is_own | runs_country) & is_not_archived)
# Instruments, groups, guarantees, complementarities: shared by all countries.
rules.add_perm("interventions.edit_reference", runs_some_body | is_some_data_manager | is_administrator)
# Kept filters: shared with those who work in the country, taken away by whoever kept them or runs the country.
rules.add_perm("interventions.share_view", reads_country)
rules.add_perm("interventions.remove_view", owns_view | runs_country)
