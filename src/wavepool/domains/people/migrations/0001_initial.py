from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wavepool.domains.people.models.arrivals
import wavepool.domains.people.models.contracts
import wavepool.domains.people.models.identity


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(blank=True, max_length=16)),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("device", "As the device"), ("light", "Light"), ("dark", "Dark")],
                        max_length=8,
                    ),
                ),
                (
                    "gain_colour",
                    models.CharField(
                        blank=True,
                        choices=[("green", "Green is up"), ("red", "Red is up")],
                        max_length=8,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Creator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handle", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("talent", "Talent"),
                            ("store", "Shop broadcaster"),
                            ("farmer", "Farmer"),
                            ("media", "Media"),
                            ("celebrity", "Celebrity"),
                            ("shop_host", "Shop's own host"),
                        ],
                        default="talent",
                        max_length=16,
                    ),
                ),
                ("role", models.SlugField(blank=True, max_length=60)),
                ("bio", models.CharField(blank=True, max_length=400)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("mid", "Mid-tier"),
                            ("tail", "Tail"),
                            ("newcomer", "Newcomer"),
                        ],
                        default="newcomer",
                        max_length=16,
                    ),
                ),
                ("followers", models.PositiveIntegerField(default=0)),
                ("first_live_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("legal_name", models.CharField(max_length=120)),
                ("document_hash", models.CharField(max_length=64, unique=True)),
                ("document_last", models.CharField(blank=True, max_length=4)),
                ("verified_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="StaffTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="AccountImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=wavepool.domains.people.models.arrivals.new_import_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("platform", models.CharField(max_length=60)),
                ("file_name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Preview"),
                            ("done", "Taken over"),
                            ("dropped", "Dropped"),
                        ],
                        default="preview",
                        max_length=16,
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                ("errors", models.JSONField(default=list)),
                ("rows_good", models.PositiveIntegerField(default=0)),
                ("rows_bad", models.PositiveIntegerField(default=0)),
                ("rows_added", models.PositiveIntegerField(default=0)),
                ("rows_updated", models.PositiveIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField(db_index=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=wavepool.domains.people.models.contracts.new_contract_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for consent"),
                            ("in_force", "In force"),
                            ("notice", "Unbinding"),
                            ("ended", "Ended"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Not answered in time"),
                        ],
                        default="proposed",
                        max_length=16,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=400)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="people.agency",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="people.creator",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="people.creator",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OldAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("platform", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("old_level", models.CharField(blank=True, max_length=60)),
                ("mapped_level", models.PositiveSmallIntegerField(default=0)),
                ("followers", models.PositiveIntegerField(default=0)),
                ("pieces", models.PositiveIntegerField(default=0)),
                ("opened_on_date", models.DateField(null=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("document_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.accountimport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("code", "Code of the older platform"),
                            ("identity", "Verified identity"),
                            ("evidence", "Evidence"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("won", "Yours"),
                            ("disputing", "In dispute"),
                            ("lost", "Decided for another"),
                        ],
                        max_length=16,
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=1000)),
                ("claimed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=400)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="people.creator",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="people.oldaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChannelAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("since_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel_accounts",
                        to="people.creator",
                    ),
                ),
                (
                    "claimed_from",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.oldaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Natural person"),
                            ("company", "Company"),
                            ("agency", "Agency"),
                            ("shop", "Shop"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("licence_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("trust_days", models.PositiveSmallIntegerField(default=15)),
                ("verified_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "agency",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payee",
                        to="people.agency",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payee",
                        to="people.person",
                    ),
                ),
                (
                    "shop",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payee",
                        to="people.shop",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CreatorPayee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payees",
                        to="people.creator",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="creators",
                        to="people.payee",
                    ),
                ),
            ],
            options={
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Introduction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.CharField(max_length=1000)),
                ("introduced_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "Waiting for the anchor"),
                            ("won", "Confirmed"),
                            ("objected", "Objection under review"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="claimed",
                        max_length=16,
                    ),
                ),
                ("objection", models.CharField(blank=True, max_length=1000)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=400)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="introductions",
                        to="people.agency",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="introductions",
                        to="people.creator",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="people.person"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="creator",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="people.person",
            ),
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("live", "Live rooms"),
                            ("publish", "Publishing"),
                            ("promote", "Promoting goods"),
                            ("pay_out", "Withdrawing money"),
                            ("everything", "Everything"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("set_by", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_why", models.CharField(blank=True, max_length=400)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="restrictions",
                        to="people.creator",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at"],
            },
        ),
        migrations.AddField(
            model_name="creator",
            name="shop",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.shop"
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("operator", "Operator"),
                            ("finance", "Finance"),
                            ("viewer", "Viewer"),
                            ("co_pilot", "Co-pilot"),
                        ],
                        max_length=16,
                    ),
                ),
                ("since_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="people.agency",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="people.creator",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="people.shop",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="people.staffteam",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("operator", "Operator"),
                            ("finance", "Finance"),
                            ("viewer", "Viewer"),
                            ("co_pilot", "Co-pilot"),
                        ],
                        max_length=16,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="people.agency"
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="people.creator"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="people.shop"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="people.staffteam",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("level", "Level"), ("tier", "Tier")], max_length=16),
                ),
                ("value", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=400)),
                ("set_by", models.CharField(max_length=120)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standings",
                        to="people.creator",
                    ),
                ),
            ],
            options={
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="TermsConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=32)),
                ("agreed_at", models.DateTimeField()),
                (
                    "agreed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="people.creator",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unbinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[("creator", "Creator"), ("agency", "Agency")], max_length=16
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("asked_at", models.DateTimeField()),
                ("answer_due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("agreed", "Agreed"),
                            ("done", "Ended without an answer"),
                            ("withdrawn", "Withdrawn"),
                            ("objected", "Objected"),
                            ("ruled_end", "Ended by a decision"),
                            ("ruled_keep", "Kept by a decision"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=400)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unbindings",
                        to="people.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=wavepool.domains.people.models.identity.new_verification_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Natural person"), ("company", "Company")],
                        max_length=16,
                    ),
                ),
                ("legal_name", models.CharField(max_length=120)),
                ("country", models.CharField(default="CN", max_length=2)),
                (
                    "document",
                    models.CharField(
                        choices=[
                            ("national_id", "National identity card"),
                            ("passport", "Passport"),
                            ("residence", "Residence permit"),
                            ("licence", "Business licence"),
                        ],
                        max_length=16,
                    ),
                ),
                ("document_hash", models.CharField(db_index=True, max_length=64)),
                ("document_last", models.CharField(max_length=4)),
                ("files", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "In review"),
                            ("approved", "Verified"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                            ("superseded", "Replaced by a newer one"),
                        ],
                        default="submitted",
                        max_length=16,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="people.agency"
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="people.creator"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="people.person"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="people.shop"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContractVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("direct_ppm", models.PositiveIntegerField()),
                ("pool_ppm", models.PositiveIntegerField()),
                ("award_ppm", models.PositiveIntegerField()),
                ("is_exclusive", models.BooleanField(default=True)),
                ("data_scope", models.JSONField(default=list)),
                ("may", models.JSONField(default=list)),
                ("ends_at", models.DateTimeField(null=True)),
                ("unbinding_days", models.PositiveSmallIntegerField(default=15)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for consent"),
                            ("in_force", "In force"),
                            ("superseded", "Superseded"),
                            ("ended", "Ended"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Not answered in time"),
                        ],
                        default="proposed",
                        max_length=16,
                    ),
                ),
                (
                    "proposed_by",
                    models.CharField(
                        choices=[("creator", "Creator"), ("agency", "Agency")], max_length=16
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("answer_due_at", models.DateTimeField()),
                ("creator_agreed_at", models.DateTimeField(null=True)),
                ("agency_agreed_at", models.DateTimeField(null=True)),
                ("answer_reason", models.CharField(blank=True, max_length=400)),
                ("valid_from", models.DateTimeField(null=True)),
                ("valid_to", models.DateTimeField(null=True)),
                (
                    "agency_agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="people.contract",
                    ),
                ),
                (
                    "creator_agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="contract_version_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("contract",),
                        name="contract_one_version_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("contract",),
                        name="contract_one_version_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("award_ppm__lte", 1000000),
                            ("direct_ppm__lte", 1000000),
                            ("pool_ppm__lte", 1000000),
                        ),
                        name="contract_shares_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            models.Q(
                                ("agency_agreed_at__isnull", False),
                                ("creator_agreed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="contract_applies_with_two_consents",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="contract_span_runs_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "income_type",
                    models.CharField(
                        choices=[
                            ("direct", "Direct commission"),
                            ("pool", "Pool awards"),
                            ("award", "Programme awards"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="people.contract",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="people.creator"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("creator", "income_type"), name="contract_hold_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "in_force", "notice"])),
                fields=("creator", "agency"),
                name="contract_one_open_per_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["in_force", "notice", "ended"]), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="contract_started_when_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.UniqueConstraint(fields=("account", "creator"), name="follow_once"),
        ),
        migrations.AddConstraint(
            model_name="oldaccount",
            constraint=models.UniqueConstraint(
                fields=("platform", "external_id"), name="old_account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="oldaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("mapped_level__lte", 9)), name="old_account_level_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "won")), fields=("account",), name="claim_one_winner"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["won", "disputing"])),
                fields=("account", "creator"),
                name="claim_open_once_per_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("channel", "external_id"),
                name="channel_account_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="creatorpayee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("creator",),
                name="creator_payee_one_now",
            ),
        ),
        migrations.AddConstraint(
            model_name="creatorpayee",
            constraint=models.UniqueConstraint(
                fields=("creator", "valid_from"), name="creator_payee_starts_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="creatorpayee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="creator_payee_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "won")),
                fields=("creator",),
                name="introduction_one_winner_per_anchor",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False), ("state", "won")),
                fields=("person",),
                name="introduction_one_winner_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["claimed", "won", "objected"])),
                fields=("agency", "creator"),
                name="introduction_open_once_per_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="payee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agency", None),
                        ("kind", "person"),
                        ("person__isnull", False),
                        ("shop", None),
                    ),
                    models.Q(
                        ("agency", None),
                        ("holder__isnull", False),
                        ("kind", "company"),
                        ("person", None),
                        ("shop", None),
                    ),
                    models.Q(
                        ("agency__isnull", False),
                        ("kind", "agency"),
                        ("person", None),
                        ("shop", None),
                    ),
                    models.Q(
                        ("agency", None),
                        ("kind", "shop"),
                        ("person", None),
                        ("shop__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payee_is_one_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="payee",
            constraint=models.CheckConstraint(
                condition=models.Q(("trust_days__lte", 366)), name="payee_trust_days_in_range"
            ),
        ),
        migrations.AddIndex(
            model_name="creator",
            index=models.Index(fields=["-followers", "-id"], name="creator_by_followers"),
        ),
        migrations.AddIndex(
            model_name="creator",
            index=models.Index(fields=["-level", "-id"], name="creator_by_level"),
        ),
        migrations.AddConstraint(
            model_name="creator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "shop_host"), _negated=True),
                    ("shop__isnull", False),
                    _connector="OR",
                ),
                name="creator_shop_host_names_its_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="creator",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__lte", 9)), name="creator_level_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", False),
                        ("shop__isnull", True),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", True),
                        ("shop__isnull", False),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", False),
                        ("creator__isnull", True),
                        ("shop__isnull", True),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", True),
                        ("shop__isnull", True),
                        ("team__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="membership_is_with_one_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("creator__isnull", False)),
                fields=("account", "creator"),
                name="membership_once_per_creator",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shop__isnull", False)),
                fields=("account", "shop"),
                name="membership_once_per_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False)),
                fields=("account", "agency"),
                name="membership_once_per_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("team__isnull", False)),
                fields=("account", "team"),
                name="membership_once_per_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", False),
                        ("shop__isnull", True),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", True),
                        ("shop__isnull", False),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", False),
                        ("creator__isnull", True),
                        ("shop__isnull", True),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("agency__isnull", True),
                        ("creator__isnull", True),
                        ("shop__isnull", True),
                        ("team__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="invitation_is_of_one_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("creator__isnull", False), ("state", "open")),
                fields=("email", "creator"),
                name="invitation_open_once_per_creator",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shop__isnull", False), ("state", "open")),
                fields=("email", "shop"),
                name="invitation_open_once_per_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False), ("state", "open")),
                fields=("email", "agency"),
                name="invitation_open_once_per_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("team__isnull", False)),
                fields=("email", "team"),
                name="invitation_open_once_per_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("creator", "kind"),
                name="standing_one_now",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                fields=("creator", "kind", "valid_from"), name="standing_starts_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="standing_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="termsconsent",
            constraint=models.UniqueConstraint(fields=("creator", "version"), name="terms_once"),
        ),
        migrations.AddConstraint(
            model_name="unbinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "objected"])),
                fields=("contract",),
                name="unbinding_one_open",
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(fields=["state", "submitted_at"], name="verification_queue"),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("creator__isnull", False), ("state", "submitted")),
                fields=("creator",),
                name="verification_one_in_review_per_creator",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shop__isnull", False), ("state", "submitted")),
                fields=("shop",),
                name="verification_one_in_review_per_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False), ("state", "submitted")),
                fields=("agency",),
                name="verification_one_in_review_per_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency", None), ("creator__isnull", False), ("shop", None)),
                    models.Q(("agency", None), ("creator", None), ("shop__isnull", False)),
                    models.Q(("agency__isnull", False), ("creator", None), ("shop", None)),
                    _connector="OR",
                ),
                name="verification_is_for_one_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("account")), _negated=True),
                    _connector="OR",
                ),
                name="verification_decided_by_another",
            ),
        ),
    ]
