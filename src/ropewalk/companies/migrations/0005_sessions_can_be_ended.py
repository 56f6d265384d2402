from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0004_mail_server")]

    operations = [
        migrations.AddField(
            model_name="account", name="sign_outs", field=models.PositiveIntegerField(default=0)
        ),
    ]
