from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_executives_may_see_deals")]

    operations = [
        migrations.AddField(
            model_name="invitation", name="revoked_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
