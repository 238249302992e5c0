import core.validators
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('core', '0001_extensions'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('taskforce', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('object_id', models.BigIntegerField()),
                ('marked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignedLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('mail_key', models.CharField(blank=True, db_index=True, max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('typed', models.JSONField(blank=True, default=dict)),
                ('typed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='WorkerHeartbeat',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Artefact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('document', models.SlugField(max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('format', models.CharField(max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('is_preview', models.BooleanField(default=False)),
                ('filename', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('content_sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('file', models.FileField(max_length=300, upload_to='artefacts/%Y/%m/')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_preview', False)), fields=('document', 'object_id', 'format', 'version'), name='artefact_version'), models.UniqueConstraint(fields=('document', 'object_id', 'format', 'content_sha256'), name='artefact_content')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unique_key', models.CharField(max_length=200, unique=True)),
                ('kind', models.SlugField(max_length=60)),
                ('scope_id', models.BigIntegerField(blank=True, null=True)),
                ('about_id', models.BigIntegerField(blank=True, null=True)),
                ('recipient_name', models.CharField(blank=True, max_length=200)),
                ('recipient', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('url', models.CharField(blank=True, max_length=500)),
                ('headers', models.JSONField(blank=True, default=dict)),
                ('attachments', models.JSONField(blank=True, default=list)),
                ('secrets', models.BinaryField(blank=True, default=b'')),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('state', models.CharField(choices=[('queued', 'À envoyer'), ('sending', 'Envoi en cours'), ('sent', 'Envoyé'), ('failed', 'Échec'), ('skipped', 'Non envoyé'), ('digest', 'Attend le courriel de la semaine')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_attempt_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True)),
                ('useful_until', models.DateTimeField(blank=True, null=True)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('about_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('scope_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('address', models.EmailField(max_length=254, verbose_name='adresse')),
                ('is_hard', models.BooleanField(verbose_name='définitif')),
                ('status', models.CharField(blank=True, max_length=12, verbose_name='code')),
                ('diagnostic', models.CharField(blank=True, max_length=500, verbose_name='réponse du serveur')),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('email', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to='core.outgoingemail')),
            ],
            options={
                'verbose_name': 'retour de courriel',
                'verbose_name_plural': 'retours de courriels',
                'ordering': ['-reported_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=40)),
                ('object_id', models.BigIntegerField()),
                ('scope_id', models.BigIntegerField(blank=True, null=True)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('title', models.CharField(max_length=300)),
                ('key', models.CharField(max_length=600)),
                ('facts', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('date', models.DateField(blank=True, null=True)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('url_name', models.CharField(max_length=100)),
                ('url_arg', models.CharField(max_length=100)),
                ('url_suffix', models.CharField(blank=True, max_length=100)),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('indexed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
            ],
        ),
        migrations.CreateModel(
            name='LinkCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='core.signedlink')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Solicitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.SlugField(max_length=60, verbose_name='nature')),
                ('target_id', models.BigIntegerField()),
                ('scope_id', models.BigIntegerField(blank=True, null=True)),
                ('addressee_id', models.BigIntegerField()),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse officielle')),
                ('deadline', models.DateTimeField(blank=True, null=True, verbose_name='échéance')),
                ('state', models.CharField(choices=[('draft', 'À envoyer'), ('sent', 'Envoyée'), ('opened', 'Ouverte'), ('submitted', 'Répondue'), ('accepted', 'Acceptée'), ('returned', 'Renvoyée pour complément'), ('expired', 'Expirée'), ('revoked', 'Retirée')], default='draft', max_length=12, verbose_name='état')),
                ('channel', models.CharField(blank=True, choices=[('link', 'Lien personnel'), ('portal', 'Portail'), ('paper', 'Papier'), ('mail', 'Courriel')], max_length=10, verbose_name='voie de la réponse')),
                ('answer_note', models.TextField(blank=True, max_length=4000, verbose_name='note')),
                ('answer', models.JSONField(blank=True, default=dict)),
                ('scan', models.FileField(blank=True, max_length=300, upload_to='solicitations/%Y/%m/', validators=[core.validators.validate_scan], verbose_name='réponse numérisée')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('addressee_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('scope_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('target_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'sollicitation',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='signedlink',
            name='solicitation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='core.solicitation'),
        ),
        migrations.CreateModel(
            name='SolicitationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.SlugField(db_index=False, max_length=60, verbose_name='nature')),
                ('target_id', models.BigIntegerField()),
                ('scope_id', models.BigIntegerField(blank=True, null=True)),
                ('addressee_id', models.BigIntegerField()),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse officielle')),
                ('deadline', models.DateTimeField(blank=True, null=True, verbose_name='échéance')),
                ('state', models.CharField(choices=[('draft', 'À envoyer'), ('sent', 'Envoyée'), ('opened', 'Ouverte'), ('submitted', 'Répondue'), ('accepted', 'Acceptée'), ('returned', 'Renvoyée pour complément'), ('expired', 'Expirée'), ('revoked', 'Retirée')], default='draft', max_length=12, verbose_name='état')),
                ('channel', models.CharField(blank=True, choices=[('link', 'Lien personnel'), ('portal', 'Portail'), ('paper', 'Papier'), ('mail', 'Courriel')], max_length=10, verbose_name='voie de la réponse')),
                ('answer_note', models.TextField(blank=True, max_length=4000, verbose_name='note')),
                ('answer', models.JSONField(blank=True, default=dict)),
                ('scan', models.FileField(blank=True, max_length=300, upload_to='solicitations/%Y/%m/', validators=[core.validators.validate_scan], verbose_name='réponse numérisée')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('addressee_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.solicitation')),
                ('scope_type', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
                ('target_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TransitionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.BigIntegerField()),
                ('before', models.CharField(max_length=40)),
                ('after', models.CharField(max_length=40)),
                ('actor_label', models.CharField(max_length=200)),
                ('comment', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DocumentJob',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('document', models.SlugField(max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('format', models.CharField(max_length=10)),
                ('is_preview', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('queued', 'En attente'), ('running', 'En cours'), ('done', 'Prêt'), ('failed', 'Échec')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('source_stamp', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('artefact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='core.artefact')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['created_at'], name='document_job_waiting'), models.Index(fields=['document', 'object_id', 'source_stamp'], name='document_job_stamp')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('requested_by', 'document', 'object_id', 'format'), name='document_job_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.BigIntegerField()),
                ('key', models.CharField(default='body', max_length=40)),
                ('base_version', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('author', 'content_type', 'object_id', 'key'), name='draft_one_per_text')],
            },
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'sending'])), fields=['next_attempt_at'], name='outgoing_email_due'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(fields=['scope_type', 'scope_id', '-created_at'], name='outgoing_email_scope'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(fields=['about_type', 'about_id'], name='outgoing_email_about'),
        ),
        migrations.AddIndex(
            model_name='bounce',
            index=models.Index(django.db.models.functions.text.Lower('address'), condition=models.Q(('cleared_at', None), ('is_hard', True)), name='bounce_closes'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['vector'], name='search_entry_vector'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['scope_id'], name='search_entry_scope'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('key', name='gin_trgm_ops'), fastupdate=False, name='search_entry_key'),
        ),
        migrations.AddConstraint(
            model_name='searchentry',
            constraint=models.UniqueConstraint(fields=('kind', 'object_id'), name='search_entry_once'),
        ),
        migrations.AddIndex(
            model_name='linkcode',
            index=models.Index(fields=['link', '-created_at'], name='link_code_latest'),
        ),
        migrations.AddConstraint(
            model_name='linkcode',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='link_code_tries'),
        ),
        migrations.AddIndex(
            model_name='solicitation',
            index=models.Index(fields=['kind', 'scope_type', 'scope_id', 'state'], name='solicitation_board'),
        ),
        migrations.AddIndex(
            model_name='solicitation',
            index=models.Index(fields=['target_type', 'target_id'], name='solicitation_target'),
        ),
        migrations.AddIndex(
            model_name='solicitation',
            index=models.Index(condition=models.Q(('state__in', ['sent', 'opened'])), fields=['deadline'], name='solicitation_waiting'),
        ),
        migrations.AddConstraint(
            model_name='solicitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sent', 'opened']), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='solicitation_sent_at'),
        ),
        migrations.AddConstraint(
            model_name='solicitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'accepted']), _negated=True), models.Q(('answered_at__isnull', False), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='solicitation_answered_at'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='solicitation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_solicitationevent" ("addressee_id", "addressee_type_id", "answer", "answer_note", "answered_at", "channel", "created_at", "deadline", "email", "id", "kind", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "scan", "scope_id", "scope_type_id", "sent_at", "state", "target_id", "target_type_id") VALUES (NEW."addressee_id", NEW."addressee_type_id", NEW."answer", NEW."answer_note", NEW."answered_at", NEW."channel", NEW."created_at", NEW."deadline", NEW."email", NEW."id", NEW."kind", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."scan", NEW."scope_id", NEW."scope_type_id", NEW."sent_at", NEW."state", NEW."target_id", NEW."target_type_id"); RETURN NULL;', hash='c6d933ce4a7a93775697045a6427784ce3fa5752', operation='INSERT', pgid='pgtrigger_insert_insert_90c98', table='core_solicitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='solicitation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "core_solicitationevent" ("addressee_id", "addressee_type_id", "answer", "answer_note", "answered_at", "channel", "created_at", "deadline", "email", "id", "kind", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "scan", "scope_id", "scope_type_id", "sent_at", "state", "target_id", "target_type_id") VALUES (NEW."addressee_id", NEW."addressee_type_id", NEW."answer", NEW."answer_note", NEW."answered_at", NEW."channel", NEW."created_at", NEW."deadline", NEW."email", NEW."id", NEW."kind", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."scan", NEW."scope_id", NEW."scope_type_id", NEW."sent_at", NEW."state", NEW."target_id", NEW."target_type_id"); RETURN NULL;', hash='2489615fea3b661113cb16b3ac9fbd92f292555b', operation='UPDATE', pgid='pgtrigger_update_update_81744', table='core_solicitation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='signedlink',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('solicitation',), name='signed_link_one_live'),
        ),
        migrations.AddIndex(
            model_name='transitionrecord',
            index=models.Index(fields=['content_type', 'object_id', 'at'], name='core_transi_content_1fdebb_idx'),
        ),
    ]
