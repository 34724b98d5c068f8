from django.db import migrations


class Migration(migrations.Migration):
    """Counters of a minute need no write-ahead log; after a crash they start at nothing."""

    dependencies = [("kit", "0002_rest_door")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE kit_throttlewindow SET UNLOGGED", "ALTER TABLE kit_throttlewindow SET LOGGED", elidable=False
        )
    ]
