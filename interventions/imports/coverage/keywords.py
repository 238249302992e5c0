"""Words of activities (« Construction de latrines ») and the instrument that they speak of: proposals, never certainties."""

from __future__ import annotations

import re

# In this order: the first that a text holds. Words of a delivery come before those of a theme.
_RULES = (
    (r"\b(?:cash|argent|monetaires?|mpca|mpc|transferts? d.argent)\b.*\b(?:travail|work|actifs|assets?)\b|\b(?:cfw|cfa programme|3a)\b|\b(?:food|vivres)\b.*\b(?:for work|for assets|contre travail|pour travail)\b|\bhimo\b|\btravaux (?:communautaires|publics)\b|\b(?:dunes?|demi[- ]lunes?|banquettes|recuperation des terres|land rehabilitation)\b", "public-works"),
    (r"\b(?:cantines?|repas scolaires?|school (?:meals?|feeding|canteens?)|alimentation scolaire|alimentacion escolar|comedores? escolares?)\b", "school-feeding"),
    (r"\b(?:bourses? (?:d.etudes?|scolaires?)|scholarships?|bourses? aux (?:filles|eleves))\b", "scholarship"),
    (r"\b(?:kits? scolaires?|fournitures? scolaires?|school (?:kits?|supplies)|manuels? scolaires?)\b", "school-voucher"),
    (r"\b(?:coupons?|vouchers?|bons? (?:d.achat|alimentaires?))\b.*\b(?:aliment\w*|vivres|food)\b|\b(?:food|aliment\w*)\b.*\b(?:coupons?|vouchers?|bons?)\b", "food-voucher"),
    (r"\b(?:cash|transferts? (?:monetaires?|sociaux|d.argent)|monetaires?|mpca|mpct|cva|cbt|assistance en especes|transfert en especes)\b.*\b(?:urgence|emergency|soudure|lean season|choc|shock|sinistres?|inond\w+|pdi|deplaces?|refugies?)\b", "cash-emergency"),
    (r"\b(?:cash|transferts? (?:monetaires?|sociaux|d.argent)|monetaires?|mpca|mpct|cva|cbt|assistance en especes|transfert en especes|money transfer|transferencias? (?:monetarias?|en efectivo)|efectivo)\b", "cash-unconditional"),
    (r"\b(?:mam|mas|sam|cmam|pcima|pcimas|malnutri\w*|plumpy\w*|supplementa\w+|fortifi\w+|micronutri\w+|depistage nutrition\w*|anje|iycf|ptb|aspe|crenas|crenam|creni)\b", "nutrition"),
    (r"\b(?:vivres|food (?:distribution|assistance|ration\w*|basket|aid)|distributions? alimentaires?|assistance alimentaire|rations? alimentaires?|aide alimentaire|cereales?|dgv|bpt|vente a prix modere)\b", "food-in-kind"),
    (r"\b(?:semences?|seeds?|engrais|fertili[sz]\w+|intrants?|aliments? (?:pour )?betail|vaccination du betail|animal feed|outils agricoles|farming tools|agricultural inputs?|kits? (?:agricoles?|maraichers?))\b", "input-subsidy"),
    (r"\b(?:agr|income[- ]generat\w+|activites? generatrices?|kits? (?:caprins?|d.elevage|de demarrage|d.installation|poulailler)|caprins?|ovins?|petits ruminants|small ruminants|reconstitution du cheptel|restocking|moyens d.existence|livelihoods?|embouche|subventions? aux (?:micro|petites)|business grants?)\b", "productive-grant"),
    (r"\b(?:avec|vsla|tontines?|epargne|savings?|microcredits?|micro-credits?|warrantage)\b", "savings-credit"),
    (r"\b(?:mutuelles? de sante|assurance maladie|health insurance)\b", "health-insurance"),
    (r"\b(?:assurance (?:recolte|agricole|indicielle|betail)|index insurance|crop insurance|arc replica)\b", "index-insurance"),
    (r"\b(?:gratuite|exemptions?|fee waivers?|prise en charge des (?:frais|soins) )\b", "fee-waiver"),
    (r"\b(?:acte de naissance|etat civil|birth registration|vbg|gbv|psea|eas|violences? basees|survivants?|survivors?|psychosocia\w*|psycho-social|mhpss|smsps|espaces? (?:amis?|securises?)|child friendly|enfants? (?:non accompagnes?|separes?)|uasc|ena|family tracing|reunification|case management|gestion de cas|protection de l.enfan\w+|child protection|enfants? vulnerables|reintegration|aide juridique|legal (?:aid|assistance))\b", "social-services"),
    (r"\b(?:latrines?|forages?|boreholes?|puits|wells?|points? d.eau|water (?:points?|trucking|supply)|adductions?|mini[- ]?aep|aep|aepa|eau potable|assainissement|sanitation|hygiene|wash|eha|lavage des mains|hand ?washing|atpc|clts|dispositifs? de lavage|saneamiento|higiene|bladder|chloration|pmh|chateaux? d.eau)\b", "water-sanitation"),
    (r"\b(?:abris?|shelters?|nfi|nfis|bna|bne|biens non[- ]alimentaires|articles menagers|non[- ]food|core relief|logements?|housing|bâches|tentes?)\b", "housing"),
    (r"\b(?:medicaments?|medicines?|drugs?|intrants? medicaux|medical (?:supplies|kits?)|kits? (?:medicaux|iehk|sanitaires))\b", "essential-medicines"),
    (r"\b(?:vaccin\w*|immuni[sz]\w+|consultations?|cliniques? mobiles?|mobile clinics?|soins|health ?care|accouchements?|maternal|maternelle|sante|health|cpn|ist|vih|hiv|sida|aids|paludisme|malaria|milda|cholera|epidemi\w*|surveillance epidemiologique)\b", "health-services"),
    (r"\b(?:alphabetisation|literacy|formations? professionnelles?|vocational|apprentissage|metiers?|tvet|insertion|emploi des jeunes|employab\w+|job|skills)\b", "training-employment"),
    (r"\b(?:eveil|parentalite|parenting|petite enfance|early childhood|ecd|dije|prescolaire|pre-?school|case des tout)\b", "early-childhood"),
    (r"\b(?:education inclusive|inclusive education|enfants? handicapes?|special needs)\b", "special-education"),
    (r"\b(?:salles? de classe|classrooms?|classes? provisoires?|ecoles?|schools?|enseignants?|teachers?|cours de rattrapage|remedial|rattrapage|scolaris\w+|scolaires?|enrol\w+|education|eti|etape|apprenants?|learners?|learning|teaching)\b", "education-services"),
    (r"\b(?:registres?|ciblage|targeting|rnu|rsu|recensement des menages|enquetes? (?:de ciblage|hea)|database|systemes? d.information|enregistrement des (?:beneficiaires|menages)|registration)\b", "registry-targeting"),
    (r"\b(?:guichets? uniques?|one[- ]stop|referencement|referral|orientation des)\b", "one-stop-shop"),
    (r"\b(?:sensibilis\w+|awareness|campagnes? (?:de|d.)|causeries?|sbcc|ccc|communication|dialogue communautaire|messages?)\b", "information"),
    (r"\b(?:renforcement (?:des |de )?capacites?|capacity (?:building|strengthening)|appui (?:institutionnel|technique|conseil)|technical (?:assistance|support)|plaidoyer|advocacy|etudes?|politiques?|polic(?:y|ies)|coordination|formation des (?:agents|cadres|comites|acteurs|membres))\b", "policy-advice"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), code) for pattern, code in _RULES)


def code_of_words(words: str) -> str:
    """The code of the instrument that normalised words speak of; "" when none."""
    return next((code for pattern, code in _COMPILED if pattern.search(words)), "")
