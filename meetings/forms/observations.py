"""The page by which a member without an account observes shared minutes: a box under each passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.richtext import is_plain, richtext_to_text, text_to_html
from meetings.enums import SectionKind
from meetings.forms.circulation import AgencyModelField
from meetings.forms.common import SocleForm
from meetings.models import AgencyUpdate, Minutes, MinutesSection
from meetings.queries.circulation import last_number, place_of
from meetings.queries.page import sections_of, updates_of
from meetings.services.corrections import text_at
from meetings.services.observations import Said, say_nothing, say_observations
from taskforce.models import Agency, Person

REMARK_LIMIT = 8_000
TEXT_LIMIT = 40_000
# Of the button « Je n'ai pas d'observation ».
NOTHING = "sans_observation"

Text = MinutesSection | AgencyUpdate


@dataclass(frozen=True)
class Row:
    """A passage for the template: its text, and its boxes (`text`: only where another text can be typed)."""

    title: str
    is_update: bool
    html: str
    remark: BoundField
    base: BoundField
    text: BoundField | None = None

    @property
    def is_open(self) -> bool:
        """The box of another text shows: something was typed into it, or it is wrong."""
        return self.text is not None and (bool(self.text.errors) or self.text.form.is_changed(self.text.name))


class ObservationsForm(SocleForm):
    """A remark or another text on each passage, a remark on the whole; or that there is nothing to say.

    Only what every member reads: whoever holds the link may not be the member. Another text is proposed as plain
    text, where the passage is nothing else.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767, required=False)

    def __init__(self, minutes: Minutes, agencies: Sequence[Agency], data: Any = None) -> None:
        self.minutes, self.agencies = minutes, agencies
        self.standing = last_number(minutes)
        self.sections = list(sections_of(minutes, restricted=False))
        self.updates = [update for update in updates_of(minutes.meeting) if update.body]
        self.texts: dict[str, Text] = {
            place_of(text): text for text in [*(one for one in self.sections if one.body), *self.updates]
        }
        super().__init__(self._with_lost_texts(data), initial={"version": self.standing})
        if len(agencies) > 1:
            choices = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
            self.fields["agency"] = AgencyModelField(choices, label=gettext_lazy("Au nom de"), initial=agencies[0])
        for place, text in self.texts.items():
            self._add_boxes(place, text)
        # Any of them, or the button: « facultatif » under every passage says nothing.
        self.needed = (*self.fields, "remarque_cr")
        self.fields["remarque_cr"] = _box(_("Votre observation sur l’ensemble du compte rendu"), REMARK_LIMIT)

    def _with_lost_texts(self, data: Any) -> Any:
        """What was typed about a passage that is not shown any more goes on under the whole, and is said."""
        self.lost = False
        if data is None:
            return None
        known = {f"{kind}_{place}" for place in [*self.texts, "cr"] for kind in ("remarque", "texte")}
        typed = [
            data[name]
            for name in data
            if name.startswith("remarque_") and name not in known and str(data[name]).strip()
        ]
        if not typed:
            return data
        self.lost = True
        kept = QueryDict(mutable=True)
        kept.update(data)
        kept["remarque_cr"] = "\n\n".join([*typed, data.get("remarque_cr", "")]).strip()
        for name in list(kept):
            if name.startswith("remarque_") and name not in known:
                del kept[name]
        return kept

    def _add_boxes(self, place: str, text: Text) -> None:
        title = _title(text)
        self.fields[f"remarque_{place}"] = _box(
            _("Votre observation sur « %(title)s »") % {"title": title}, REMARK_LIMIT
        )
        self.fields[f"base_{place}"] = forms.IntegerField(
            widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False, initial=text.version
        )
        name = f"texte_{place}"
        # Typed before somebody made the passage bold: it is still shown.
        if is_plain(text.body) or (self.is_bound and self.data.get(name)):
            label = _("Le texte que vous proposez pour « %(title)s »") % {"title": title}
            self.fields[name] = _box(label, TEXT_LIMIT, rows=8, initial=richtext_to_text(text.body), strip=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.lost:
            raise ValidationError(
                _(
                    "Un passage n’est plus affiché : ce que vous en disiez est maintenant sous « Ensemble du compte "
                    "rendu ». Relisez, puis envoyez."
                ),
                code="gone",
            )
        for place in self.texts:
            name = f"texte_{place}"
            if name in cleaned and self.is_changed(name) and not cleaned[name].strip():
                text = _("Pour proposer de supprimer ce passage, dites-le dans votre observation, au-dessus.")
                self.add_error(name, text)
        if self.errors:
            return cleaned
        said = self.said
        if self.says_nothing and said:
            raise ValidationError(
                _(
                    "Vous avez écrit une observation : envoyez-la, ou effacez-la avant d’indiquer que vous n’en avez "
                    "pas."
                ),
                code="both",
            )
        if self.says_nothing and cleaned.get("version") not in (None, self.standing):
            self.data = self.data.copy()
            self.data["version"] = str(self.standing)
            raise ValidationError(
                _("Le texte vient de changer : voici la version %(number)d. Relisez-la, puis répondez.")
                % {"number": self.standing},
                code="stale",
            )
        if not self.says_nothing and not said:
            raise ValidationError(
                _("Écrivez au moins une observation, ou indiquez que vous n’en avez pas."), code="empty"
            )
        return cleaned

    @property
    def says_nothing(self) -> bool:
        return NOTHING in self.data

    def is_changed(self, name: str) -> bool:
        """Whether the text of a box is another than the passage's, in the version from which it was typed."""
        if not self.is_bound or name not in self.data:
            return False
        place = name.partition("_")[2]
        base = self.data.get(f"base_{place}", "")
        text = self.texts[place]
        version = int(base) if base.isascii() and base.isdigit() and len(base) < 10 else text.version
        return _lines(self.data[name]) != _lines(richtext_to_text(text_at(text, version)))

    @property
    def said(self) -> list[Said]:
        """Of a form without errors: what is proposed, by passage, then about the whole."""
        found = []
        for place, text in self.texts.items():
            base = self.cleaned_data.get(f"base_{place}")
            base = text.version if base is None else base
            if remark := self.cleaned_data[f"remarque_{place}"]:
                found.append(Said(text, text_to_html(remark), is_remark=True, base_version=base))
            name = f"texte_{place}"
            if name in self.fields and self.is_changed(name):
                proposed = text_to_html(self.cleaned_data[name])
                found.append(Said(text, proposed, is_remark=False, base_version=base))
        if remark := self.cleaned_data["remarque_cr"]:
            found.append(Said(None, text_to_html(remark), is_remark=True, base_version=0))
        return found

    @property
    def agency(self) -> Agency:
        return self.cleaned_data["agency"] if "agency" in self.fields else self.agencies[0]

    def record(self, *, person: Person, actor: Any) -> None:
        """Write what a valid form says. Raises ValidationError; nothing is written then."""
        if self.says_nothing:
            say_nothing(self.minutes, person=person, actor=actor)
        else:
            say_observations(self.minutes, self.agency, self.said, person=person, actor=actor)

    def rows(self) -> Iterable[Row]:
        """The document in the order of reading, for the template."""
        shown = set()
        for section in self.sections:
            is_table = section.kind == SectionKind.ROUND_TABLE and bool(self.updates)
            if section.body:
                yield self._row(section)
            if is_table:
                shown.update(update.pk for update in self.updates)
                yield from (self._row(update) for update in self.updates)
        yield from (self._row(update) for update in self.updates if update.pk not in shown)

    def _row(self, text: Text) -> Row:
        place = place_of(text)
        proposal = f"texte_{place}"
        return Row(
            title=_title(text),
            is_update=isinstance(text, AgencyUpdate),
            html=text.body,
            remark=self[f"remarque_{place}"],
            text=self[proposal] if proposal in self.fields else None,
            base=self[f"base_{place}"],
        )


def _title(text: Text) -> str:
    return text.title if isinstance(text, MinutesSection) else str(text)


def _box(label: str, limit: int, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def _lines(text: str) -> list[str]:
    """A text without what browsers change of it: the ends of lines."""
    return [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]
