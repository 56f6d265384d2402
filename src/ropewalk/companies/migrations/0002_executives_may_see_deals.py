from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="company", name="executives_see_deals", field=models.BooleanField(default=False)
        ),
    ]
