"""The data of taskforce, one noun a file."""

from taskforce.models.agencies import Agency, AgencyAlias, AgencyOffice, OfficeHead
from taskforce.models.bodies import Country, LeadAgency, TaskForce, Theme
from taskforce.models.designations import DesignatedPerson, DesignationRequest, MandateNotice
from taskforce.models.feeds import CalendarFeed
from taskforce.models.mandates import Mandate, Office, Seat
from taskforce.models.notifications import DigestRun, NotificationPreference
from taskforce.models.people import Invite, Person, User
from taskforce.models.register import ActionItem, ActionOwner, ActionReminder, ActionUpdate, Decision
from taskforce.models.reports import Report
from taskforce.models.terms import (
    TermsComment,
    TermsDiscussion,
    TermsOfReference,
    TermsReview,
    TermsSection,
    TermsSectionVersion,
)
from taskforce.models.workplan import Activity, WorkPlan

__all__ = [
    "ActionItem",
    "ActionOwner",
    "ActionReminder",
    "ActionUpdate",
    "Activity",
    "Agency",
    "AgencyAlias",
    "AgencyOffice",
    "CalendarFeed",
    "Country",
    "Decision",
    "DesignatedPerson",
    "DesignationRequest",
    "DigestRun",
    "Invite",
    "LeadAgency",
    "Mandate",
    "MandateNotice",
    "NotificationPreference",
    "Office",
    "OfficeHead",
    "Person",
    "Report",
    "Seat",
    "TaskForce",
    "TermsComment",
    "TermsDiscussion",
    "TermsOfReference",
    "TermsReview",
    "TermsSection",
    "TermsSectionVersion",
    "Theme",
    "User",
    "WorkPlan",
]
