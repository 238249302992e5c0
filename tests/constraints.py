"""How the tests of both apps try a database constraint: on the form's way and on the database's."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import BaseConstraint


def declared(app_label):
    """{name: constraint} of every model of the app; the models of history have none of their own."""
    return {
        constraint.name: constraint
        for model in apps.get_app_config(app_label).get_models()
        for constraint in model._meta.constraints
    }


def assert_refused(make, name):
    """`make()` gives an unsaved object that breaks the constraint `name` and nothing else.

    The form's way says the constraint's own French message (Django's general one where none is
    declared, for what only a lost race can break); the database refuses by itself, by that name.
    """
    obj = make()
    constraint = next(c for c in obj._meta.constraints if c.name == name)
    with pytest.raises(ValidationError) as refusal:
        obj.full_clean(exclude={"password"})
    if constraint.violation_error_message != BaseConstraint.default_violation_error_message:
        assert refusal.value.messages == [str(constraint.violation_error_message)]
    else:
        assert len(refusal.value.messages) == 1
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        obj.save()
        # A deferred constraint is checked at commit.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert error.value.__cause__.diag.constraint_name == name


def assert_accepted(make):
    """The neighbour of a refused case: the constraint is no wider than its sentence."""
    obj = make()
    obj.full_clean(exclude={"password"})
    obj.save()
