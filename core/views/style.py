"""The page that shows every component of the look, for administrators."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.charts import Chart, Series
from core.forms import FrenchDateField, FrenchTimeField, PeoplePicker
from core.models import Artefact, DocumentJob, Draft, JobState
from core.richtext.fields import RichTextField

AGENCIES = (
    "BIT",
    "FAO",
    "FNUAP",
    "HCR",
    "OIM",
    "OMS",
    "ONU Femmes",
    "PAM",
    "PNUD",
    "UNESCO",
    "UNICEF",
    "Banque mondiale",
)


class SampleForm(forms.Form):
    """One field of each kind; nothing is ever saved from it."""

    theme = forms.CharField(label=gettext_lazy("Thème de la réunion"), max_length=120)
    day = FrenchDateField(label=gettext_lazy("Date"))
    start = FrenchTimeField(label=gettext_lazy("Début"))
    lead = forms.ChoiceField(
        label=gettext_lazy("Agence chef de file"),
        choices=[("", "—"), *((name, name) for name in AGENCIES)],
        required=False,
        widget=PeoplePicker,
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Adoption"),
        choices=[("consensus", gettext_lazy("Par consensus")), ("vote", gettext_lazy("Par un vote"))],
        widget=forms.RadioSelect,
        initial="consensus",
    )
    note = forms.CharField(
        label=gettext_lazy("Note au rapporteur"),
        help_text=gettext_lazy("Visible du secrétariat seulement."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text = RichTextField(label=gettext_lazy("Point de situation"), required=False)
    restricted = forms.BooleanField(label=gettext_lazy("Diffusion restreinte"), required=False)


class SampleFilter(forms.Form):
    agence = forms.ChoiceField(
        label=gettext_lazy("Agence"),
        choices=[("", gettext_lazy("Toutes")), *((name, name) for name in AGENCIES)],
        required=False,
    )
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("Tous")), ("open", gettext_lazy("Ouvertes")), ("done", gettext_lazy("Réalisées"))],
        required=False,
    )


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every component with content of the domain; 404 for who does not administer the platform."""
    if not getattr(request.user, "is_administrator", False):
        raise Http404
    wrong = SampleForm({"day": "31/2/2016", "start": "25h", "mode": "consensus"}, auto_id="erreur_%s")
    context = {
        "steps_of_meeting": [
            {"label": _("Convoquée"), "state": "done", "at": _("12 janvier")},
            {"label": _("Tenue"), "state": "done", "at": _("11 février")},
            {"label": _("Compte rendu en rédaction"), "state": "current"},
            {"label": _("Partagé pour observations"), "state": "todo"},
            {"label": _("Adopté"), "state": "todo"},
            {"label": _("Diffusé"), "state": "todo"},
        ],
        "facts": [
            (_("Date"), _("jeudi 11 février 2016")),
            (_("Horaire"), "10\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30 – 12\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30"),
            (_("Lieu"), _("Locaux de l’UNICEF, Niamey")),
            (_("Agences représentées"), "5"),
        ],
        "form": SampleForm(
            initial={
                "day": date(2016, 3, 8),
                "lead": "UNICEF",
                "text": "<p>BIT. Un atelier s’est tenu les 8 et 9 février.</p>",
            }
        ),
        "wrong_form": wrong,
        "filter_form": SampleFilter(request.GET or None),
        "page": Paginator(range(238), 20).get_page(request.GET.get("page", 4)),
        "mails": [
            {"name": "Mme Mariama Saley", "email": "m.saley@example.org", "subject": _("Réunion du 8 mars 2016")},
            {"name": "M. Ibrahim Garba", "email": "i.garba@example.org", "subject": _("Réunion du 8 mars 2016")},
            {"name": "Mme Hadiza Moussa", "email": "h.moussa@example.org", "subject": _("Réunion du 8 mars 2016")},
        ],
        "jobs": [
            DocumentJob(state=JobState.RUNNING),
            DocumentJob(state=JobState.DONE, artefact=Artefact(filename="compte-rendu-2016-02-11.pdf")),
            DocumentJob(state=JobState.FAILED, error=_("La mise en page a dépassé deux minutes.")),
        ],
        "old_text": _("Les réunions se tiennent chaque mois. Le secrétariat envoie l’ordre du jour une semaine avant."),
        "new_text": _(
            "Les réunions se tiennent chaque deuxième mardi du mois. Le secrétariat envoie l’ordre du jour dix jours avant."
        ),
        "history": [
            {
                "at": datetime(2016, 2, 11, 12, 40, tzinfo=UTC),
                "actor": "Mme Mariama Saley",
                "text": _("Réunion tenue"),
                "comment": "",
            },
            {
                "at": datetime(2016, 2, 15, 9, 5, tzinfo=UTC),
                "actor": "M. Ibrahim Garba",
                "text": _("Projet partagé pour observations"),
                "comment": _("Réponses attendues avant le 22 février."),
            },
            {
                "at": datetime(2016, 3, 8, 11, 0, tzinfo=UTC),
                "actor": _("Task Force, en séance"),
                "text": _("Compte rendu adopté"),
                "comment": "",
            },
        ],
        "draft": Draft(text=_("Les réunions se tiennent chaque deuxième mardi.")),
        "theirs_at": datetime(2016, 2, 12, 14, 32, tzinfo=UTC),
        "chart": Chart(
            slug="style",
            title=_("Agences représentées"),
            description=_("Nombre d’agences à chacune des trois dernières réunions."),
            axis=_("Réunion"),
            labels=["8/3", "12/4", "10/5"],
            series=[Series(_("Agences"), [5, 4, 6])],
        ),
        "legend": [
            {"class": f"scale-{level}", "label": label}
            for level, label in enumerate(
                (
                    _("0 · aucune ligne"),
                    _("1 · présence"),
                    _("2–3 · coprésence"),
                    _("4 · convergence"),
                    _("5 · convergence renforcée"),
                )
            )
        ],
    }
    return render(request, "style.html", context)
