"""Tables of the audit trail, API keys, throttles and uploads."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0001_jobs")]

    operations = [
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=160)),
                ("actor", models.TextField()),
                ("data", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "number"], name="audit_subject"),
                    models.Index(fields=["kind", "number"], name="audit_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="audit_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_one_head")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=40, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("hint", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("account_id", models.BigIntegerField()),
                ("party_kind", models.CharField(blank=True, max_length=20)),
                ("party_id", models.BigIntegerField(null=True)),
                ("scopes", models.JSONField(default=list)),
                ("is_live", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("replaces_id", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "-created_at"], name="apikey_account")
                ],
            },
        ),
        migrations.CreateModel(
            name="ThrottleCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=64)),
                ("started_s", models.BigIntegerField()),
                ("count", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "key"), name="throttle_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SafeUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("media_type", models.CharField(max_length=80)),
                ("extension", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=120)),
                ("path", models.CharField(max_length=80, unique=True)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.IntegerField(null=True)),
                ("height", models.IntegerField(null=True)),
                ("account_id", models.BigIntegerField(null=True)),
                ("party_kind", models.CharField(blank=True, max_length=20)),
                ("party_id", models.BigIntegerField(null=True)),
                ("is_public", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["party_kind", "party_id"], name="upload_party")],
            },
        ),
    ]
