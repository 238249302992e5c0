from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interventions", "0002_flags_and_line_versions")]

    operations = [
        migrations.AddField(
            model_name="boundaryset",
            name=name,
            field=models.FloatField(default=0),
            preserve_default=False,
        )
        for name in ("west", "south", "east", "north")
    ]
