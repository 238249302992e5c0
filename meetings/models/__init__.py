"""The data of meetings, one noun a file."""

from meetings.models.activities import ActivityMeeting
from meetings.models.answers import InvitationAnswer
from meetings.models.attachments import Attachment, AttachmentText
from meetings.models.attendance import Attendance, Invitation
from meetings.models.circulation import (
    CorrectionRequest,
    Erratum,
    MinutesApproval,
    MinutesReading,
    MinutesVersion,
)
from meetings.models.distribution import DistributionEntry
from meetings.models.imports import ImportBatch, ImportedMinutes
from meetings.models.live import ItemTurn, LiveEntry
from meetings.models.meetings import AgendaItem, Meeting, MeetingSeries
from meetings.models.minutes import (
    AgencyUpdate,
    MeetingAction,
    MeetingDecision,
    Minutes,
    MinutesSection,
    SectionVersion,
)
from meetings.models.packs import MeetingYear
from meetings.models.proposals import AgendaProposal
from meetings.models.replies import ReceivedReply

__all__ = [
    "ActivityMeeting",
    "AgencyUpdate",
    "AgendaItem",
    "AgendaProposal",
    "Attachment",
    "AttachmentText",
    "Attendance",
    "CorrectionRequest",
    "DistributionEntry",
    "Erratum",
    "ImportBatch",
    "ImportedMinutes",
    "Invitation",
    "InvitationAnswer",
    "ItemTurn",
    "LiveEntry",
    "Meeting",
    "MeetingAction",
    "MeetingDecision",
    "MeetingSeries",
    "MeetingYear",
    "Minutes",
    "MinutesApproval",
    "MinutesReading",
    "MinutesSection",
    "MinutesVersion",
    "ReceivedReply",
    "SectionVersion",
]
