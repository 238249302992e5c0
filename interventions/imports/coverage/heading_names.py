"""The very words of headings, in French, English and Spanish, and the field that each names: after `headings.heading_key`."""

from __future__ import annotations

from interventions.imports.coverage.columns import IGNORED

EXACT: dict[str, str] = {}


def _exact(field: str, *headings: str) -> None:
    for heading in headings:
        EXACT[heading] = field


_exact("country", "country", "pays", "admin0", "admin 0", "adm0", "adm0 name", "admin0name", "adm0 en", "adm0 fr", "country name",
       "nom du pays", "pais", "iso3", "country code", "adm0 pcode", "admin0pcode", "adm0pcode", "code pays")  # fmt: skip
_exact("adm1_name", "reg", "nom reg", "reg name", "region", "regions", "adm1", "admin1", "admin 1", "adm 1", "admin1name", "adm1name", "adm1 name", "admin1 name",
       "admin1name fr", "admin1name en", "adm1 fr", "adm1 en", "nom region", "nom de la region", "region name", "province", "provinces",
       "gouvernorat", "governorate", "state", "states", "admin level 1", "niveau admin 1", "region d intervention", "regions d intervention",
       "region/province", "geo1", "departamento/provincia/estado", "region administrative")  # fmt: skip
_exact("adm1_code", "adm1 pcode", "admin1pcode", "admin1 pcode", "adm1pcode", "adm1 code", "admin1 code", "admin1code", "adm1code", "pcode1",
       "pcode 1", "code region", "region code", "region pcode", "pcode region", "region p code", "p code region", "code de la region",
       "p code de la region", "pcode de la region", "admin 1 pcode", "admin 1 p code", "admin1 p code", "admin1pcod", "code pcode region",
       "p code 1", "adm1 p code", "pcode adm1", "pcode admin1", "rowcacode1", "hrname1")  # fmt: skip
_exact("adm2_name", "dept", "dep", "dpt", "depart", "nom dept", "nom dep", "dept name", "nom dpt", "departement", "departements", "department", "departments", "adm2", "admin2", "admin 2", "adm 2", "admin2name",
       "adm2name", "adm2 name", "admin2 name", "admin2name fr", "admin2name en", "adm2 fr", "adm2 en", "nom departement",
       "nom du departement", "department name", "cercle", "district", "districts", "lga", "prefecture", "territoire", "admin level 2",
       "niveau admin 2", "departement d intervention", "departements d intervention", "departement/commune", "geo2", "moughataa")  # fmt: skip
_exact("adm2_code", "adm2 pcode", "admin2pcode", "admin2 pcode", "adm2pcode", "adm2 code", "admin2 code", "admin2code", "adm2code",
       "pcode2", "pcode 2", "code departement", "department code", "department pcode", "pcode departement", "departement pcode",
       "p code departement", "code du departement", "p code du departement", "pcode du departement", "admin 2 pcode", "admin 2 p code",
       "admin2 p code", "admin2pcod", "p code 2", "lga pcode", "adm2 p code", "pcode adm2", "pcode admin2", "departement p code",
       "department p code", "code pcode departement", "district pcode", "rowcacode2", "code territoire")  # fmt: skip
_exact("adm3_name", "commune", "communes", "adm3", "admin3", "admin 3", "adm 3", "admin3name", "adm3name", "adm3 name", "nom commune",
       "nom de la commune", "municipality", "commune name", "admin3 name", "adm3 fr", "adm3 en", "arrondissement", "collectivite locale",
       "commune/arrondissement", "ward", "subdistrict", "sub district", "admin level 3")  # fmt: skip
_exact("adm3_code", "adm3 pcode", "admin3pcode", "admin3 pcode", "adm3pcode", "adm3 code", "pcode3", "pcode 3", "code commune",
       "commune pcode", "pcode commune", "commune code", "code de la commune", "p code commune", "p code de la commune", "rowcacode3")  # fmt: skip
_exact("place_code", "pcode", "p code", "code pcode", "pcodes", "p codes", "place code", "location pcode", "admin pcode", "code ocha",
       "ocha pcode", "adm pcode", "location code", "code lieu", "code geographique")  # fmt: skip
_exact("place_name", "zone", "zones", "lieu", "lieux", "location", "locations", "localisation", "zone d intervention", "zones d intervention",
       "zone d intervention de la structure", "lieu d intervention", "lieux d intervention", "couverture geographique", "area",
       "geographic area", "place", "ou", "ou ?", "where", "where ?", "site", "zone geographique", "localites geographiques", "territoire couvert",
       "zone de couverture", "zones de couverture", "zone couverte", "zones couvertes", "coverage area", "geographical area",
       "unite administrative", "admin unit", "localite", "region/departement", "region departement", "regions/departements",
       "region et departement", "regions et departements", "departement/region", "region/department", "region department",
       "region and department", "region/district", "regions/departments", "admin1/admin2", "adm1/adm2", "region/prefecture")  # fmt: skip
_exact("lead", "organisme", "organismes", "org responsable", "organisation",  "organization", "organisations", "organizations", "org", "orga", "agence", "agency", "agences", "structure",
       "structures", "acteur", "acteurs", "actor", "institution", "qui", "who", "qui ?", "who ?", "organisation name", "organization name",
       "org name", "nom organisation", "nom de l organisation", "nom de la structure", "nom de l agence", "nom structure",
       "lead organisation", "lead organization", "lead agency", "lead", "agence lead", "agence chef de file", "chef de file",
       "organisation chef de file", "organisation responsable", "structure responsable", "agence responsable", "agence principale",
       "organisation principale", "prime organisation", "programming organisation", "programming organization", "agence onu", "un agency",
       "reporting organisation", "reporting organization", "organisation rapportante", "organisation declarante", "reporting agency",
       "structure/organisation", "organisation/structure", "org name fr", "org name en", "organisation programmatrice", "ong", "ngo",
       "nom de l acteur", "description acteur", "acteur/structure", "porteur", "structure porteuse", "institution responsable",
       "maitre d ouvrage", "maitrise d ouvrage", "structure de tutelle operationnelle", "organisation/agence", "agence/organisation",
       "agence/ong", "organizacion", "organisation name nom", "agence d execution principale", "prime partner", "prime", "programme agency",
       "organisation ou structure", "cluster partner", "responsible agency", "responsible organisation")  # fmt: skip
_exact("lead_acronym", "nom abrege", "abreviation", "acronyme", "accronyme", "acronym", "sigle", "organisation acronym", "organization acronym", "org acronym",
       "organisation acronyme", "organisation accronyme", "org acronym fr", "org acronym en", "acronyme organisation",
       "acronyme de l organisation", "sigle de l organisation", "sigle de la structure", "lead acronym", "organisation acro")  # fmt: skip
_exact("funder", "bailleur", "bailleurs", "donor", "donors", "donateur", "donateurs", "funder", "funders", "financement", "funding",
       "funding source", "source de financement", "sources de financement", "source of funding", "funding agency", "bailleur de fonds",
       "bailleurs de fonds", "partenaire financier", "partenaires financiers", "finance par", "funded by", "funding organisation",
       "funding organization", "donor name", "nom du bailleur", "partenaire technique et financier", "bailleur(s)", "bailleur s",
       "donor s", "ptf", "partenaires techniques et financiers", "financed by", "financeur", "financeurs", "funding partner", "bailleur/source de financement",
       "financing source", "bailleur de fond")  # fmt: skip
_exact("implementer", "maitre d oeuvre", "maitrise d oeuvre", "implementing partner", "implementing partners", "implementing organisation", "implementing organization",
       "implementing agency", "implementer", "partenaire de mise en uvre", "partenaire de mise en oeuvre", "partenaires de mise en oeuvre",
       "partenaires de mise en uvre", "mise en uvre", "mise en oeuvre", "partenaire", "partenaires", "partner", "partners", "ip",
       "partenaire d execution", "partenaires d execution", "agence d execution", "structure d execution", "operateur", "operateurs",
       "structure de mise en oeuvre", "structure de mise en uvre", "organisation de mise en oeuvre", "organisation de mise en uvre",
       "implementing org", "implementation partner", "agence de mise en oeuvre", "agence de mise en uvre", "implemented by",
       "mis en oeuvre par", "partenaire local", "organisation executante", "implementer organization", "implementer organisation",
       "partenaire operationnel", "implementing partner s", "partenaires operationnels", "partenaire d implementation", "agence executante",
       "pmo", "sub partner", "field partner")  # fmt: skip
_exact("ministry", "ministere", "ministry", "ministere de tutelle", "line ministry", "tutelle", "ministere technique", "government partner",
       "contrepartie gouvernementale", "partenaire gouvernemental", "ministere responsable", "tutelle technique")  # fmt: skip
_exact("intervention_code", "code", "code projet", "project code", "projectcode", "code du projet", "project id", "projectid",
       "code de l intervention", "intervention code", "code intervention", "activity code", "code activite", "activity id", "id projet",
       "code programme", "programme code", "iati identifier", "iati id", "project number", "numero de projet", "hpc code", "hrp code",
       "code hrp", "hrp project code", "project ref", "reference", "ref", "reference projet", "code du programme", "project hrp code",
       "code projet hrp", "grant number", "identifiant")  # fmt: skip
_exact("intervention_title", "projet", "project", "programme", "program", "projet/programme", "programme/projet", "project title",
       "project name", "programme name", "program name", "titre du projet", "nom du projet", "intitule du projet", "nom du programme",
       "intitule du programme", "titre", "title", "intitule", "intervention", "interventions", "nom de l intervention",
       "intitule de l intervention", "intervention title", "titre de l intervention", "project/programme", "programme/project",
       "projectname", "nom projet", "titre projet", "intitule projet", "denomination", "projets/programmes", "programmes/projets",
       "nom du projet/programme", "projet ou programme", "initiative", "intitule du projet/programme", "program/project",
       "title of the project", "intervention name", "projets", "programmes", "nom du programme/projet", "project/program")  # fmt: skip
_exact("activity", "activite", "activites", "activity", "activities", "quoi", "what", "quoi ?", "what ?", "activity description",
       "description activite", "description de l activite", "type d activite", "type d activites", "activity type", "type of activity",
       "activite principale", "main activity", "activity name", "nom de l activite", "sous activite", "actions", "action",
       "type d intervention", "intervention type", "type of intervention", "types d intervention", "nature de l intervention",
       "nature de l appui", "type d appui", "type of support", "service fourni", "services fournis", "appuis et services fournis",
       "type d assistance", "type of assistance", "assistance type", "response activity", "reponse", "response", "activites principales",
       "activite/intervention", "activity/intervention", "titre de l activite", "intitule de l activite", "activity title", "nature des activites", "description des activites", "activite realisee",
       "activites realisees", "activity category", "categorie d activite", "activity detail", "activite detaillee", "type de service",
       "domaine d activite", "description de l intervention", "activites menees", "activite menee", "components", "composante", "composantes")  # fmt: skip
_exact("instrument", "instrument", "instruments", "instrument de protection sociale", "type de prestation", "prestation", "prestations",
       "type of benefit", "benefit", "social protection instrument", "type d instrument", "instrument type", "type de filet", "filet social",
       "type de filet social", "safety net type", "type de transfert", "transfer type", "type of transfer", "programme type", "type de programme",
       "benefit type", "nature de la prestation", "scheme type")  # fmt: skip
_exact("modality", "modalite", "modalites", "modality", "delivery modality", "modalite de transfert", "transfer modality",
       "modalite d assistance", "assistance modality", "mode de distribution", "delivery mechanism", "mecanisme de transfert",
       "mecanisme de paiement", "mode de paiement", "payment mechanism", "response modality", "modalite de l assistance", "modality of assistance",
       "modalite de paiement", "type de modalite")  # fmt: skip
_exact("sector", "secteur", "secteurs", "sector", "sectors", "cluster", "clusters", "sector/cluster", "secteur/cluster", "cluster/secteur",
       "cluster/sector", "sector cluster", "domaine", "domaines", "domaine d intervention", "domaines d intervention", "secteur d intervention",
       "secteurs d intervention", "area of intervention", "project sector", "sectors fr", "sectors en", "groupe sectoriel", "sector name",
       "cluster name", "thematique", "theme", "registro sector/cluster", "secteur d activite", "axe", "axe d intervention")  # fmt: skip
_exact("subsector", "sous secteur", "sous secteurs", "sub sector", "subsector", "sous cluster", "sub cluster", "subcluster", "aor",
       "domaine de responsabilite", "sous domaine", "sub sector name", "sous theme", "sous thematique", "subsector name")  # fmt: skip
_exact("group", "groupe cible", "groupes cibles", "target group", "target groups", "beneficiary type", "type de beneficiaires",
       "type de beneficiaire", "type beneficiaire", "type of beneficiary", "type of beneficiaries", "beneficiary group", "pour qui",
       "for whom", "pour qui ?", "for whom ?", "population cible", "target population", "categorie de beneficiaires", "beneficiaries type",
       "population group", "groupe de population", "categorie de population", "categorie beneficiaires", "groupe beneficiaire",
       "groupes beneficiaires", "beneficiary category", "type de population", "population type", "cible beneficiaire", "cibles prioritaires",
       "groupe vulnerable", "groupes vulnerables", "statut du beneficiaire", "statut beneficiaire", "statut de la population", "population status",
       "beneficiary status", "type de cible", "cibles (type)", "categories de beneficiaires", "types de beneficiaires", "vulnerable group", "type of population", "targeted group", "categorie cible",
       "beneficiaires cibles type", "public cible", "profil des beneficiaires", "statut des beneficiaires")  # fmt: skip
_exact("start", "debut", "date debut", "date de debut", "start", "start date", "startdate", "date start", "date de demarrage", "demarrage",
       "date demarrage", "project start date", "debut du projet", "date de debut du projet", "from", "du", "date de debut de l activite",
       "activity start date", "begin date", "debut prevu", "planned start date", "planned start", "actual start date", "debut de l activite",
       "debut activite", "date de lancement", "lancement", "date debut projet", "debut intervention", "date de commencement", "start month",
       "annee de debut", "annee de demarrage", "start year", "mois de debut", "date debut activite", "debut de l intervention",
       "implementation start date", "activity start", "project start", "debut de mise en oeuvre")  # fmt: skip
_exact("end", "fin", "date fin", "date de fin", "end", "end date", "enddate", "date end", "date de cloture", "cloture", "project end date",
       "fin du projet", "date de fin du projet", "to", "au", "date de fin de l activite", "activity end date", "fin prevue",
       "planned end date", "planned end", "actual end date", "fin de l activite", "date d achevement", "echeance", "date fin projet",
       "fin activite", "fin intervention", "end month", "annee de fin", "end year", "mois de fin", "date fin activite", "date de fin prevue",
       "fin de l intervention", "implementation end date", "activity end", "project end", "estimated end date", "completion date")  # fmt: skip
_exact("year", "annee", "year", "exercice", "annees", "reporting year", "annee de rapportage", "annee de reference", "annee fiscale", "an")  # fmt: skip
_exact("month", "mois", "month", "reporting month", "mois de rapportage", "mois du rapport", "mois de reporting", "mois rapporte",
       "month reported", "report month", "mois couvert")  # fmt: skip
_exact("period", "periode", "period", "reporting period", "periode de rapportage", "periode couverte", "quand", "when", "quand ?", "when ?",
       "trimestre", "quarter", "duree", "period covered", "periode du rapport", "periode de mise en oeuvre", "periode d execution",
       "implementation period", "project period", "calendrier", "periode d intervention", "timeframe", "dates", "date", "semestre",
       "periode de realisation", "duree du projet", "project duration", "periode d activite")  # fmt: skip
_exact("reported", "date du rapport", "date rapport", "report date", "date reported", "reporting date", "date de rapportage",
       "date de mise a jour", "last updated", "update date", "mise a jour", "derniere mise a jour", "a la date du", "date de collecte",
       "as of", "situation au", "date of update", "last update", "date de saisie", "date des donnees", "timestamp", "submission date")  # fmt: skip
_exact("status", "ongoing/planned/completed", "planned/ongoing/completed", "statut", "status", "etat", "etat d avancement", "project status", "activity status", "statut de l activite",
       "statut du projet", "statut activite", "avancement", "niveau d avancement", "niveau d execution", "state of implementation",
       "implementation status", "etat de mise en oeuvre", "statut de mise en oeuvre", "activite statut", "stage")  # fmt: skip
_exact("measure", "indicateur", "indicator", "indicators", "indicateurs", "unite", "unit", "unite de mesure", "unit of measure", "indicator name",
       "nom de l indicateur", "type d unite", "unite beneficiaire", "unite de compte", "mesure", "measure", "beneficiary unit",
       "indicateur de realisation", "indicateur d activite", "output indicator", "libelle indicateur", "unite/indicateur")  # fmt: skip
_exact("budget", "budget", "budget total", "montant", "cout", "total budget", "budget fcfa", "budget usd", "amount", "cost", "montant fcfa",
       "montant usd", "budget en fcfa", "budget xof", "montant total", "cout total", "budget du projet", "project budget", "cout fcfa",
       "budget (fcfa)", "total cost", "budget alloue", "montant du financement", "enveloppe", "enveloppe budgetaire", "budget prevu",
       "cout du projet", "montant en fcfa", "budget f cfa", "montant du budget", "budget global")  # fmt: skip
_exact("transfer_value", "valeur du transfert", "transfer value", "montant du transfert", "montant transfert", "transfer amount",
       "valeur transfert", "montant par menage", "amount per household", "valeur par menage", "value per household", "montant unitaire",
       "transfer value fcfa", "value of transfer", "montant du transfert par menage", "montant de la prestation", "montant de l allocation",
       "valeur du transfert fcfa", "montant transfere par menage", "cash transfer value", "montant mensuel", "benefit amount")  # fmt: skip
_exact("frequency", "frequence", "frequency", "periodicite", "frequence du transfert", "frequence des transferts", "transfer frequency",
       "periodicity", "rythme", "frequence de distribution", "frequency of transfer", "payment frequency", "frequence de paiement")  # fmt: skip
_exact("currency", "monnaie", "devise", "currency", "currency code")
_exact("source", "source", "sources", "data source", "source des donnees", "source de donnees", "source d information", "source of data",
       "information source", "source de l information")  # fmt: skip
_exact("note", "note", "notes", "commentaire", "commentaires", "comment", "comments", "observation", "observations", "remarque", "remarques",
       "remark", "remarks", "description")  # fmt: skip
_exact("vintage", "millesime", "vintage", "version des pcodes", "pcode version", "version pcode")
# Columns of no use to a coverage line, named so that no other rule takes them.
_exact(IGNORED, "sr no", "s no", "sl no", "n ordre", "n d ordre", "objectif specifique", "objectifs specifiques", "objectif global", "objectif general",
       "axe strategique", "axes strategiques", "n", "no", "num", "numero", "id", "#", "s/n", "sn", "row", "ligne", "activityid", "indicatorid", "reportdetailid", "isapproved",
       "accumulative", "priority", "priorite", "objective", "objectif", "objectifs", "objective/objectif", "fundingstatus", "funding status",
       "contact", "email", "e mail", "telephone", "phone", "latitude", "longitude", "lat", "lon", "long", "x", "y", "contact name",
       "nom du point focal", "point focal", "type d organisation", "type organisation", "type d organisme", "organisation type",
       "organization type", "org type", "type of organization", "type of organisation", "type org", "organisation type short", "axe pnps",
       "village", "villages", "nom du village", "strategic objective", "objectif strategique", "target year", "type de structure",
       "implementing organization type", "implementing organisation type", "type d acteur", "global", "total", "activite id",
       "type de partenaire", "nom du contact", "focal point", "population", "population totale", "total population",
       "taux de couverture", "taux de realisation", "coverage", "couverture", "pourcentage", "beneficiaires indirects",
       "indirect beneficiaries", "type d organisations", "org type fr", "org type en", "type of ngo")  # fmt: skip

# In Spanish: of its cooperation, and of forms that were made for other countries.
_exact("adm1_name", "provincia", "admin department", "provincia/departamento")
_exact("adm2_name", "departamento", "admin municipality", "distrito", "territory")
_exact("adm3_name", "municipio", "comuna")
_exact("place_name", "locality", "ubicacion", "zona", "lugar", "localidad", "zona de intervencion", "localizacion")
_exact("lead", "organizacion lider", "organizacion responsable", "agencia", "entidad", "nombre de la organizacion", "nombre organizacion",
       "appealing organization", "appealing organisation", "appealing organization name", "appealing organisation name", "prog org name",
       "programming org", "programming org name", "name of organization", "name of organisation", "quien", "org lider", "socio principal")  # fmt: skip
_exact(
    "lead_acronym",
    "siglas",
    "sigla",
    "acronimo",
    "prog org acronym",
    "programming org acronym",
    "acronimo de la organizacion",
)
_exact("implementer", "organizacion implementadora", "socio implementador", "socio", "socios", "ejecutor", "implementer organization",
       "implementing org name", "socio de implementacion", "contraparte", "entidad ejecutora")  # fmt: skip
_exact("implementer_acronym", "implementing org acronym", "implementing partner acronym", "implementing organisation acronym",
       "implementing organization acronym", "implementing acronym", "impl org acronym", "acronyme partenaire", "sigle du partenaire")  # fmt: skip
_exact(
    "funder", "donante", "donantes", "financiador", "fuente de financiacion", "fuente de financiamiento", "financiacion"
)
_exact("activity", "actividad", "actividades", "que", "descripcion de la actividad", "tipo de actividad", "intervencion", "activity desc",
       "accion")  # fmt: skip
_exact("intervention_title", "proyecto", "nombre del proyecto", "titulo del proyecto", "programa", "programa/proyecto")
_exact("intervention_code", "codigo del proyecto", "codigo proyecto")
_exact("sector", "sector/cluster", "sector / cluster", "sectores")
_exact("modality", "modalidad", "modalidad de asistencia")
_exact(
    "group",
    "grupo meta",
    "grupo objetivo",
    "poblacion meta",
    "tipo de beneficiario",
    "poblacion objetivo",
    "tipo de poblacion",
)
_exact("start", "inicio", "fecha de inicio", "fecha inicio")
_exact("end", "fecha de finalizacion", "fecha de fin", "fecha fin", "fecha final", "fecha de termino")
_exact("year", "ano", "anio")
_exact("month", "mes")
_exact("period", "periodo", "cuando")
_exact("status", "estado", "estatus", "estado de la actividad", "estado del proyecto")
_exact("budget", "presupuesto", "presupuesto total", "monto")
_exact("note", "observaciones", "comentarios", "notas")
_exact("reported", "date maj", "date de maj", "maj", "fecha de reporte", "date mise a jour")
_exact(IGNORED, "tipo de organizacion", "implementing org type", "quantity of output", "hrp", "ishrp", "isrp")
