"""The unique index on path has collation C and serves prefixes too; Django's second one for patterns only costs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_reach_by_path")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS orgs_organization_path_907116d1_like",
            "CREATE INDEX IF NOT EXISTS orgs_organization_path_907116d1_like"
            " ON orgs_organization (path varchar_pattern_ops)",
        )
    ]
