"""« Vous êtes invitée à la réunion du… »"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.notifications.base import messages_board
from meetings.notifications.base import MeetingMessage, when
from taskforce.notifications.wording import agreed


@messages_board.register
class MeetingInvitation(MeetingMessage):
    """Sent when the meeting is convened, and to who is invited later. Once per convening."""

    slug = "meeting-invitation"
    label = gettext_lazy("Invitation à une réunion")
    mutable = False
    calendar_method = "REQUEST"

    def subject(self) -> str:
        return _("Invitation : réunion du %(when)s, %(body)s") % {
            "when": when(self.meeting),
            "body": self.meeting.task_force,
        }

    def unique_key(self) -> str:
        # A meeting put off and convened again invites again.
        convened = self.meeting.convened_at
        act = int(convened.timestamp()) if convened else self.meeting.sequence
        return f"{self.slug}:{self.meeting.pk}:{act}:{self.invitation.person_id}"

    def extra_context(self):
        invited = agreed(self.invitation.person, feminine=_("invitée"), masculine=_("invité"), both=_("invité(e)"))
        return {**super().extra_context(), "invited": invited}
