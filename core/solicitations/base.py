"""What asking for something is: one registered class per file of an app's `solicitations/` room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpResponseBase, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import OutgoingEmail, SignedLink, Solicitation, SolicitationState
from core.notifications.base import Addressee, Mailbox, Message
from core.registry import Registry


class SolicitationKind:
    """One thing that people are asked for. A subclass gives the class attributes, the form, what an answer does
    and the two messages; the pages, links, codes, reminders and the board are core's.
    """

    slug: ClassVar[str]
    label: ClassVar[str | Promise]
    model: ClassVar[type[models.Model]]
    # Answered once: the link is used up. Otherwise it may be answered again until the link ends.
    single_use: ClassVar[bool] = True
    # A six-digit code mailed to the address of record when the answer is sent.
    needs_code: ClassVar[bool] = False
    # How long a link opens after the deadline, or after it was sent when there is none.
    link_valid_for: ClassVar[timedelta] = timedelta(days=30)
    # Days before the deadline on which whoever has not answered is reminded; negative: days after.
    reminder_days: ClassVar[tuple[int, ...]] = ()
    # Parts of the public pages: what is asked, shown before and above the form; the form's fields; what was typed,
    # read again beside the code; what follows the receipt.
    welcome_template: ClassVar[str] = "core/solicitations/parts/welcome.html"
    template: ClassVar[str] = "core/solicitations/parts/form.html"
    summary_template: ClassVar[str] = "core/solicitations/parts/summary.html"
    done_template: ClassVar[str] = "core/solicitations/parts/done.html"
    # What the first page's button says, and the last one's.
    continue_label: ClassVar[str | Promise] = gettext_lazy("Continuer")
    submit_label: ClassVar[str | Promise] = gettext_lazy("Envoyer ma réponse")
    form_class: type[forms.Form]

    # What a subclass says ------------------------------------------------------

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        """The form, bound when `data` is given. It must not write."""
        return self.form_class(data, files)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        """More names for the templates of the public pages."""
        return {}

    def edited(self, solicitation: Solicitation, data: QueryDict) -> QueryDict | None:
        """Another button than the form's last was pressed (« Ajouter une ligne »): what the form shows now, to be
        shown again without checks. None: the answer is being sent."""
        return None

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        """Write the answer; receipts leave from here. The solicitation is locked, its state is not yet « Répondue »;
        `form` is valid. Raises ValidationError: nothing is written, and the person reads why."""
        raise NotImplementedError

    def refusal(self, solicitation: Solicitation) -> str:
        """Why it may no longer be answered by link (the seat has ended, the address of record has changed…), for the
        secretariat; empty when it may. The link then opens the neutral page and no reminder leaves."""
        return ""

    def message(self, solicitation: Solicitation, url: str) -> Message:
        """The mail that asks, with `url` as a secret (SolicitationMessage)."""
        raise NotImplementedError

    def reminder(self, solicitation: Solicitation, url: str) -> Message:
        """The mail that reminds; it carries a link of its own."""
        raise NotImplementedError

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        """More names for `done_template`."""
        return {}

    def link_expires_at(self, solicitation: Solicitation, now: datetime) -> datetime:
        """When a link made at `now` ends."""
        return max(now, solicitation.deadline or now) + self.link_valid_for

    def download(self, solicitation: Solicitation, name: str) -> HttpResponseBase | None:
        """A file that goes with the question (« name » in the page's link); None when there is none of that name."""
        return None


class SolicitationMessage(Message):
    """A mail to the address of record about one solicitation.

    `url` is the personal link; empty in the messages that carry none (receipts).
    """

    mutable = False

    def __init__(
        self, solicitation: Solicitation, url: str = "", *, recipient: Addressee | None = None, **context: Any
    ) -> None:
        self.solicitation = solicitation
        self.url = url
        addressee: Any = solicitation.addressee
        language = getattr(addressee, "language", "") or "fr"
        to: Any = recipient or Mailbox(solicitation.email, str(addressee or ""), language)
        super().__init__(
            to,
            **({"body": solicitation.scope} if solicitation.scope_id else {}),
            **context,
        )

    def scope(self):
        return self.solicitation.scope

    def about(self):
        return self.solicitation

    def secrets(self) -> dict[str, str]:
        return {"link": self.url} if self.url else {}

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """The link that the mail carries was revoked, used or answered while the mail waited."""
        link = SignedLink.objects.select_related("solicitation").filter(mail_key=email.unique_key).first()
        if link is None:
            return ""
        if link.revoked_at is not None:
            return _("Un lien plus récent a remplacé celui de ce courriel, ou la demande a été retirée.")
        if link.used_at is not None or link.solicitation.state not in (
            SolicitationState.SENT,
            SolicitationState.OPENED,
        ):
            return _("La demande a déjà reçu sa réponse, ou n’en attend plus.")
        return ""


solicitations: Registry[SolicitationKind] = Registry("solicitations")


def kind_of(solicitation: Solicitation) -> SolicitationKind:
    """The registered class of a solicitation, ready for use. KeyError when its app is gone."""
    return solicitations.get(solicitation.kind)()
