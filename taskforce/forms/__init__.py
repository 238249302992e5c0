"""What people type about members, turned into clean values. Choices are limited to what the user may see."""

from taskforce.forms.bodies import BodyForm, QuorumField
from taskforce.forms.fields import (
    TEXT_LIMIT,
    AgenciesField,
    AgencyField,
    CleanForm,
    MayLack,
    NameField,
    NewPersonMixin,
    PersonField,
    agency_choices,
)
from taskforce.forms.people import (
    AgencyForm,
    AgencyOfficeForm,
    AliasForm,
    HeadForm,
    NewAgencyForm,
    PeopleFilterForm,
    PersonForm,
)
from taskforce.forms.register import ActionForm, StateForm
from taskforce.forms.roster import (
    DataManagerForm,
    HandOverForm,
    LastDayForm,
    LeadForm,
    MandateEndForm,
    MandateForm,
    ObserverNeverCounts,
    OfficeForm,
    SeatChangeForm,
    SeatForm,
)

__all__ = [
    "TEXT_LIMIT",
    "ActionForm",
    "AgenciesField",
    "AgencyField",
    "AgencyForm",
    "AgencyOfficeForm",
    "AliasForm",
    "BodyForm",
    "CleanForm",
    "DataManagerForm",
    "HandOverForm",
    "HeadForm",
    "LastDayForm",
    "LeadForm",
    "MandateEndForm",
    "MandateForm",
    "MayLack",
    "NameField",
    "NewAgencyForm",
    "NewPersonMixin",
    "ObserverNeverCounts",
    "OfficeForm",
    "PeopleFilterForm",
    "PersonField",
    "PersonForm",
    "QuorumField",
    "SeatChangeForm",
    "SeatForm",
    "StateForm",
    "agency_choices",
]
