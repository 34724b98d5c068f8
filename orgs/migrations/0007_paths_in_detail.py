from django.db import migrations


class Migration(migrations.Migration):
    """A district is half a percent of a million paths; with a hundred samples the planner takes it for a hundred rows."""

    dependencies = [("orgs", "0006_one_index_for_paths")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE orgs_organization ALTER COLUMN path SET STATISTICS 2000",
            "ALTER TABLE orgs_organization ALTER COLUMN path SET STATISTICS -1",
            elidable=False,
        )
    ]
