"""A paper of one report belongs to it, whichever dispute it is in; who sees the report sees its papers."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

before = import_module("twinloop.papers.migrations.0002_policies")

# a report that moved to another dispute may have been numbered in both: its first number stays
MOVE = """
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM papers_paper later USING papers_paper first
    WHERE later.kind = 'call_record' AND first.kind = later.kind AND first.subject = later.subject AND first.id < later.id;
UPDATE papers_paper SET incident_id = subject, dispute_id = NULL WHERE kind = 'call_record';
SET CONSTRAINTS ALL DEFERRED;
"""
BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM papers_paper WHERE kind IN ('case_receipt', 'not_accepted');
UPDATE papers_paper p SET dispute_id = l.dispute_id, incident_id = NULL FROM cases_incidentlink l
    WHERE l.incident_id = p.incident_id AND l.unlinked_at IS NULL;
SET CONSTRAINTS ALL DEFERRED;
"""
SEEN = f"{before.RULE} OR cases_incident_seen(incident_id)"


def ruled(rule: str) -> str:
    return f"""
ALTER POLICY see ON papers_paper USING ({rule});
ALTER POLICY add ON papers_paper WITH CHECK ({rule});
ALTER POLICY change ON papers_paper USING ({rule});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_parameters_policies'),
        ('papers', '0002_policies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='paper',
            name='papers_paper_once',
        ),
        migrations.AddField(
            model_name='paper',
            name='incident',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='cases.incident'),
        ),
        migrations.AlterField(
            model_name='paper',
            name='dispute',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='cases.dispute'),
        ),
        migrations.AlterField(
            model_name='paper',
            name='kind',
            field=models.CharField(choices=[('call_record', '接处警登记表'), ('case_receipt', '受案回执'), ('not_accepted', '不予受理告知书'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('joint_minutes', '会诊纪要'), ('visit', '回访记录')], max_length=20),
        ),
        migrations.AlterField(
            model_name='series',
            name='kind',
            field=models.CharField(choices=[('call_record', '接处警登记表'), ('case_receipt', '受案回执'), ('not_accepted', '不予受理告知书'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('joint_minutes', '会诊纪要'), ('visit', '回访记录')], max_length=20),
        ),
        migrations.AlterField(
            model_name='template',
            name='kind',
            field=models.CharField(choices=[('call_record', '接处警登记表'), ('case_receipt', '受案回执'), ('not_accepted', '不予受理告知书'), ('dispatch_order', '分流指令单'), ('push', '推送函与签收回执'), ('application', '调解申请书'), ('registration', '受理登记表'), ('rights_notice', '权利义务告知书'), ('inquiry', '调查笔录'), ('minutes', '调解笔录'), ('agreement_people', '人民调解协议书'), ('agreement_oral', '口头协议登记表'), ('agreement_police', '治安调解协议书'), ('confirmation', '司法确认申请书'), ('warning_letter', '家庭暴力告诫书'), ('whistle', '吹哨单'), ('joint_minutes', '会诊纪要'), ('visit', '回访记录')], max_length=20),
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.RunSQL(ruled(SEEN), ruled(before.RULE)),
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(fields=['incident'], name='papers_paper_incident'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(fields=('kind', 'subject'), name='papers_paper_once'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(('dispute__isnull', True), ('incident__isnull', True), _connector='XOR'), name='papers_paper_of_one'),
        ),
    ]
