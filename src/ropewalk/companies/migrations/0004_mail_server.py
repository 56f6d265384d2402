import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_invitations_can_be_revoked")]

    operations = [
        migrations.CreateModel(
            name="MailServer",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField()),
                ("security", models.CharField(max_length=10)),
                ("user", models.CharField(blank=True, max_length=254)),
                ("sealed_password", models.TextField(blank=True)),
                ("sender", models.EmailField(max_length=254)),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_server",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("port__range", (1, 65535))), name="mail_port"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("security__in", ["starttls", "tls", "none"])),
                        name="mail_security",
                    ),
                ],
            },
        ),
    ]
