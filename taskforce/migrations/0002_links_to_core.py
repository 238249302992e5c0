import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_initial'),
        ('taskforce', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='designationrequest',
            name='solicitation',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='designation', to='core.solicitation'),
        ),
        migrations.AddField(
            model_name='designationrequestevent',
            name='solicitation',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.solicitation'),
        ),
        migrations.AddIndex(
            model_name='designationrequest',
            index=models.Index(fields=['seat', '-created_at'], name='designation_of_seat'),
        ),
        migrations.AddConstraint(
            model_name='designationrequest',
            constraint=models.UniqueConstraint(fields=('task_force', 'year', 'number'), name='designation_number_once', violation_error_message='Une demande de cette instance porte déjà ce numéro cette année.'),
        ),
        migrations.AddConstraint(
            model_name='designationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='designation_days', violation_error_message='La date de fin précède la date de début. Corrigez l’une des deux.'),
        ),
        migrations.AddConstraint(
            model_name='designationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'replacement'), ('replaces__isnull', False)), models.Q(('replaces__isnull', True), models.Q(('purpose', 'replacement'), _negated=True)), _connector='OR'), name='designation_replaces_one', violation_error_message='Un remplacement vise un mandat\xa0; les autres demandes n’en visent aucun.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='designationrequest',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "taskforce_designationrequestevent" ("answer_by", "created_at", "declined", "director_id", "disowned_at", "ends_on", "id", "note", "number", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "purpose", "replaces_id", "seat_id", "signatory_function", "signatory_id", "signed_letter", "solicitation_id", "starts_on", "task_force_id", "terms_id", "written_on", "year") VALUES (NEW."answer_by", NEW."created_at", NEW."declined", NEW."director_id", NEW."disowned_at", NEW."ends_on", NEW."id", NEW."note", NEW."number", NEW."office_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix", NEW."purpose", NEW."replaces_id", NEW."seat_id", NEW."signatory_function", NEW."signatory_id", NEW."signed_letter", NEW."solicitation_id", NEW."starts_on", NEW."task_force_id", NEW."terms_id", NEW."written_on", NEW."year"); RETURN NULL;', hash='191dbd588aa88ca30f0a510f78a62e6fdcaf6e69', operation='INSERT', pgid='pgtrigger_insert_insert_f8377', table='taskforce_designationrequest', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='designationrequest',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "taskforce_designationrequestevent" ("answer_by", "created_at", "declined", "director_id", "disowned_at", "ends_on", "id", "note", "number", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "purpose", "replaces_id", "seat_id", "signatory_function", "signatory_id", "signed_letter", "solicitation_id", "starts_on", "task_force_id", "terms_id", "written_on", "year") VALUES (NEW."answer_by", NEW."created_at", NEW."declined", NEW."director_id", NEW."disowned_at", NEW."ends_on", NEW."id", NEW."note", NEW."number", NEW."office_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix", NEW."purpose", NEW."replaces_id", NEW."seat_id", NEW."signatory_function", NEW."signatory_id", NEW."signed_letter", NEW."solicitation_id", NEW."starts_on", NEW."task_force_id", NEW."terms_id", NEW."written_on", NEW."year"); RETURN NULL;', hash='e7869b46f64d0b8b19837852919c3de214c12876', operation='UPDATE', pgid='pgtrigger_update_update_380bb', table='taskforce_designationrequest', when='AFTER')),
        ),
    ]
