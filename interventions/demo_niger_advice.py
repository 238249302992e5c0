"""Niger's advice, studies and pilots, as facts of the same day; dates, places and figures are invented."""

from interventions.demo_parts import Sheet, Work
from interventions.enums import Counted, InterventionKind, RoleKind, TargetingMethod, Visibility

TOWNS = "NE004007 NE007011 NE008001"

NIGER_ADVICE = [
    Sheet(
        code="PNUD-MOYENS",
        title="Étude sur les moyens de subsistance des ménages vulnérables aux chocs",
        title_en="Study of the livelihoods of households vulnerable to shocks",
        lead="PNUD",
        kind=InterventionKind.ASSISTANCE,
        summary="Étude dans certaines communes.",
        summary_en="A study in certain municipalities.",
        axes=(("PNPS", 1),),
        sdg=("1.5",),
        since=(10, 1, 15),
        until=(10, 10, 31),
        works=(Work("registry-targeting", "shock-affected-households", "", (10, 1, 15), until=(10, 10, 31)),),
    ),
    Sheet(
        code="BIT-PNPS",
        title="Appui à la politique nationale de protection sociale",
        title_en="Support to the national social protection policy",
        lead="BIT",
        kind=InterventionKind.ASSISTANCE,
        summary="Conseil et ateliers, dont celui du METSS sur l’extension de la sécurité sociale au secteur informel "
        "et sur les travaux à haute intensité de main-d’œuvre (8 et 9 février 2016).",
        summary_en="Advice and workshops, among them that of the Ministry on extending social security to the informal "
        "economy and on labour-intensive works (8 and 9 February 2016).",
        others=(("METSS", RoleKind.MINISTRY),),
        axes=(("PNPS", 2),),
        sdg=("1.3", "8.5"),
        visibility=Visibility.PUBLIC,
        since=(10, 2, 1),
        works=(Work("policy-advice", "population", "", (10, 2, 1)),),
    ),
    Sheet(
        code="BIT-INFORMEL",
        title="Extension de la sécurité sociale au secteur informel",
        title_en="Extending social security to the informal economy",
        lead="BIT",
        kind=InterventionKind.PILOT,
        summary="Propositions des groupes techniques dans le cadre du socle de protection sociale, essayées dans trois "
        "villes.",
        summary_en="Proposals of the technical groups within the social protection floor, tried in three towns.",
        others=(("METSS", RoleKind.MINISTRY),),
        axes=(("PNPS", 2),),
        sdg=("1.3", "8.5"),
        targeting=TargetingMethod.CATEGORICAL,
        definition="Travailleurs sans contrat écrit ni affiliation à une caisse.",
        since=(0, 4, 1),
        until=(-1, 12, 31),
        works=(Work("informal-extension", "informal-workers", TOWNS, (0, 4, 1), (-1, 12, 31), Counted.PERSON, 700),),
    ),
    Sheet(
        code="FAO-SAVOIRS",
        title="Connaissances sur les liens entre protection sociale et sécurité alimentaire",
        title_en="Knowledge on the links between social protection and food security",
        lead="FAO",
        kind=InterventionKind.ASSISTANCE,
        summary="Production de connaissances.",
        summary_en="Producing knowledge.",
        axes=(("PNPS", 1),),
        sdg=("2.1",),
        since=(2, 1, 1),
        works=(Work("policy-advice", "population", "", (2, 1, 1)),),
    ),
    Sheet(
        code="METSS-HIMO",
        title="Mise en cohérence des programmes de travaux à haute intensité de main-d’œuvre",
        title_en="Bringing labour-intensive works programmes into line",
        lead="METSS",
        kind=InterventionKind.ASSISTANCE,
        summary="Groupe thématique piloté par le METSS : salaires, durées et ciblage des travaux des différents "
        "acteurs.",
        summary_en="A thematic group led by the Ministry: wages, duration and targeting of the works of each partner.",
        others=(("BIT", RoleKind.EXTENDING),),
        axes=(("PNPS", 2),),
        sdg=("8.5",),
        since=(1, 3, 1),
        works=(Work("policy-advice", "working-age", "", (1, 3, 1)),),
    ),
]
