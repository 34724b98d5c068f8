import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_one_index_for_paths"),
        ("oversight", "0001_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("undone", "该办的事没有办"),
                            ("procedure", "议事、公示没有按规矩来"),
                            ("resources", "资源、项目用得不合适"),
                            ("sharing", "收益、补偿分得不合适"),
                            ("service", "办事和服务"),
                            ("idea", "意见建议"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="内容")),
                ("ticket", models.CharField(editable=False, max_length=16, unique=True, verbose_name="查询码")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("answer_due_on", models.DateField(verbose_name="答复期限")),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "待答复"), ("answered", "已答复"), ("passed_on", "已转办")],
                        default="received",
                        editable=False,
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                ("passed_to", models.CharField(blank=True, max_length=60, verbose_name="转给")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                        verbose_name="反映的单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "投诉建议",
                "verbose_name_plural": "投诉建议",
                "indexes": [models.Index(fields=["organization", "state", "answer_due_on"], name="complaint_by_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["answered", "passed_on", "received"])), name="complaint_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["idea", "procedure", "resources", "service", "sharing", "undone"])
                        ),
                        name="complaint_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "received"), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="complaint_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "passed_on"), _negated=True),
                            models.Q(("passed_to", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="complaint_passed_on",
                    ),
                ],
            },
        ),
    ]
