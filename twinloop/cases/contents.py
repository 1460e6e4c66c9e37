"""What is kept with a dispute: terms, notes, files, calls, merges."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases import forms as asked
from twinloop.cases import rights, visibility
from twinloop.cases.models import Incident, Merge
from twinloop.cases.offers import Ask
from twinloop.cases.viewing import Viewing
from twinloop.decide.workflow import State


class Contents(Viewing):
    def terms(self) -> list[dict[str, Any]]:
        return [
            {"term": term, "text": self.mask(term.text), "ask": self._term_ask(term)}
            for term in self.dispute.terms.filter(dropped_at__isnull=True)
        ]

    def _term_ask(self, term: Any) -> Ask | None:
        if term.performed_on or term.broken_on or term.is_watched or not rights.may("term", self.scope):
            return None
        url = self.url("dispute_term", term.pk)
        return self.ask(f"term-{term.pk}", _("记履行"), url, asked.Term, initial={"on": self.on}, send=_("记下"))

    def notes(self) -> list[dict[str, Any]]:
        return [{"note": note, "text": self.mask(note.text)} for note in visibility.notes(self.scope, self.dispute)]

    def files(self) -> list[dict[str, Any]]:
        found = self.dispute.attachments.filter(removed_at__isnull=True).select_related("by")
        return [
            {"file": f, "name": self.mask(f.name), "ask": self._file_ask(f) if self.may_remove(f) else None}
            for f in found
        ]

    def may_remove(self, file: Any) -> bool:
        return file.by_id == self.scope.account or rights.may("file_remove", self.scope)

    def _file_ask(self, file: Any) -> Ask:
        return self.ask(f"file-{file.pk}", _("移除"), self.url("dispute_file_remove", file.pk), asked.Reason)

    def links(self) -> list[dict[str, Any]]:
        """Calls of this quarrel, newest first."""
        found = self.dispute.links.filter(unlinked_at__isnull=True).select_related("incident")
        rows = sorted(found, key=lambda link: link.incident.received_at, reverse=True)
        return [
            {"link": link, "text": self.mask(link.incident.narrative), "caller": _caller(link.incident),
             "ask": self._unlink_ask(link) if rights.may("link", self.scope) else None}
            for link in rows
        ]  # fmt: skip

    def _unlink_ask(self, link: Any) -> Ask:
        return self.ask(f"link-{link.pk}", _("取消关联"), self.url("dispute_unlink", link.pk), asked.Reason)

    def standing_asks(self, tab: str) -> list[Ask]:
        """The acts of a tab that belong to no row."""
        scope, asks = self.scope, []
        if tab == "parties" and rights.may("party", scope):
            url = self.url("dispute_party_new")
            asks.append(self.ask("party", _("添加当事人"), url, self._party_form, icon="user-plus", send=_("添加")))
        if tab == "notes":
            url, more = self.url("dispute_comment"), self.url("dispute_files")
            asks.append(self.ask("comment", _("写笔记"), url, asked.Comment, icon="note", send=_("保存")))
            asks.append(self.ask("file", _("传附件"), more, asked.File, icon="paperclip", send=_("上传"), files=True))
        if tab == "links" and rights.may("link", scope):
            asks.append(self.ask("link", _("关联警情"), self.url("dispute_link_incident"), asked.Link, icon="link"))
            asks += self._split_ask()
        return asks

    def _party_form(self, **more: Any) -> asked.Party:
        return asked.Party(today=self.on, **more)

    def _split_ask(self) -> list[Ask]:
        pairs = self.split_choices()
        if len(pairs["incidents"]) < 2 or self.dispute.state == State.MERGED:
            return []
        url = self.url("dispute_split_off")
        return [self.ask("split_off", _("拆成两件"), url, asked.SplitOff, icon="git-branch", choices=pairs)]

    def split_choices(self) -> dict[str, list[tuple[Any, Any]]]:
        found = self.dispute.links.filter(unlinked_at__isnull=True).values_list("incident__number", flat=True)
        return {"incidents": [(number, number) for number in found]}

    def counts(self) -> dict[str, int]:
        dispute = self.dispute
        return {
            "timeline": self.events().count(),
            "parties": len(self.people),
            "notes": visibility.notes(self.scope, dispute).count()
            + dispute.attachments.filter(removed_at__isnull=True).count(),
            "links": dispute.links.filter(unlinked_at__isnull=True).count()
            + Merge.objects.filter(target=dispute, undone_at__isnull=True).count(),
        }

    def merged(self) -> list[Merge]:
        found = Merge.objects.filter(target=self.dispute, undone_at__isnull=True)
        return list(found.select_related("source", "by"))


def _caller(incident: Incident) -> str:
    if incident.caller_is_confidential:
        return _("报警人保密")
    return " ".join(filter(None, (incident.caller_name_masked, incident.caller_phone_masked)))
