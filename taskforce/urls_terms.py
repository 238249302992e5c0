"""Addresses of terms of reference; included by `taskforce.urls`."""

from django.urls import path

from taskforce.views import terms, terms_comments, terms_course, terms_editor

urlpatterns = [
    path("termes/<int:pk>/", terms.terms_detail, name="terms_detail"),
    path("termes/<int:pk>/changements/", terms.terms_changes, name="terms_changes"),
    path("termes/<int:pk>/plan/", terms_editor.terms_plan, name="terms_plan"),
    path("termes/<int:pk>/titre/", terms_editor.terms_rename, name="terms_rename"),
    path("termes/<int:pk>/rediger/", terms_editor.terms_write, name="terms_write"),
    path("termes/<int:pk>/sections/ajouter/", terms_editor.section_add, name="terms_section_add"),
    path("termes/<int:pk>/sections/<int:section_pk>/modifier/", terms_editor.terms_edit, name="terms_edit"),
    path(
        "termes/<int:pk>/sections/<int:section_pk>/brouillon/", terms_editor.section_draft, name="terms_section_draft"
    ),
    path("termes/<int:pk>/sections/<int:section_pk>/versions/", terms_editor.section_history, name="terms_history"),
    path("termes/<int:pk>/sections/<int:section_pk>/deplacer/", terms_editor.section_move, name="terms_section_move"),
    path(
        "termes/<int:pk>/sections/<int:section_pk>/retirer/", terms_editor.section_remove, name="terms_section_remove"
    ),
    path(
        "termes/<int:pk>/sections/<int:section_pk>/remettre/",
        terms_editor.section_restore,
        name="terms_section_restore",
    ),
    path("termes/<int:pk>/partage/", terms_course.terms_share, name="terms_share"),
    path("termes/<int:pk>/reprise/", terms_course.terms_take_back, name="terms_take_back"),
    path("termes/<int:pk>/agences/", terms_course.terms_board, name="terms_board"),
    path("termes/<int:pk>/agences/rappel/", terms_course.terms_remind, name="terms_remind"),
    path("termes/<int:pk>/agences/reponse/", terms_course.terms_record, name="terms_record"),
    path("termes/<int:pk>/discussion/", terms_course.terms_discussion, name="terms_discussion"),
    path("termes/<int:pk>/formalisation/", terms_course.terms_formalise, name="terms_formalise"),
    path("termes/<int:pk>/adoption/", terms_course.terms_adopt, name="terms_adopt"),
    path("termes/<int:pk>/commentaires/", terms_comments.terms_comment, name="terms_comment"),
    path("termes/<int:pk>/commentaires/<int:comment_pk>/reponse/", terms_comments.terms_answer, name="terms_answer"),
    path("termes/<int:pk>/lu/", terms_comments.terms_seen, name="terms_seen"),
    path("termes/<int:pk>/accord/", terms_comments.terms_agree, name="terms_agree"),
]

body_urlpatterns = [
    path("<slug:slug>/termes-de-reference/", terms.terms_list, name="terms_list"),
    path("<slug:slug>/termes-de-reference/nouvelle-version/", terms.terms_create, name="terms_create"),
]
