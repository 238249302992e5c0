from django.db import migrations, models

MARKS = [("seen", "Lu"), ("commented", "A commenté"), ("agreed", "D’accord")]


class Migration(migrations.Migration):
    dependencies = [("taskforce", "0011_feeds")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name=field,
            field=value,
        )
        for name in ("termsreview", "termsreviewevent")
        for field, value in (
            ("mark", models.CharField(blank=True, choices=MARKS, max_length=10, verbose_name="lecture")),
            ("seen_at", models.DateTimeField(blank=True, null=True)),
        )
    ]
