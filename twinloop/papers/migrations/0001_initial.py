"""Templates that the user put in place of ours, the numbers of papers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0009_term_watched'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call_record', '接处警登记表'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('visit', '回访记录')], max_length=20)),
                ('body', models.CharField(blank=True, max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'body', 'year'), name='papers_series_once')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call_record', '接处警登记表'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('visit', '回访记录')], max_length=20)),
                ('subject', models.BigIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField()),
                ('taken', models.PositiveIntegerField(default=0)),
                ('taken_at', models.DateTimeField(null=True)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='cases.dispute')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['made_at', 'id'],
                'indexes': [models.Index(fields=['dispute'], name='papers_paper_dispute')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject', 'dispute'), name='papers_paper_once'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='papers_paper_numbered')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('call_record', '接处警登记表'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('visit', '回访记录')], max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('why', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', '-version'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='papers_template_version'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind',), name='papers_template_one'), models.CheckConstraint(condition=models.Q(models.Q(('why', ''), _negated=True), ('version__gte', 1)), name='papers_template_says_why')],
            },
        ),
    ]
