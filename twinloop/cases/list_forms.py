"""What comes in with a list's address, a saved view, an incident's unmasking. Only known names and values pass."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from twinloop.cases import listing, words
from twinloop.cases.listing import Asked
from twinloop.cases.queries import types
from twinloop.ledger.sight import Scope
from twinloop.people import asking
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

Choices = list[tuple[str, Any]]
ANY = _("不限")


def _select(label: Any, choices: Iterable[tuple[Any, Any]] = (), first: Any = ANY) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", first), *choices], required=False)


def _orders(names: Iterable[str]) -> Choices:
    return [(sign + name, name) for name in names for sign in ("", "-")]


class _Filter(forms.Form):
    q = forms.CharField(label=_("字词"), max_length=40, required=False, strip=True)
    place = _select(_("地方"))
    station = _select(_("派出所"))
    since = asking.day(_("从"), required=False)
    until = asking.day(_("到"), required=False)
    page = forms.IntegerField(min_value=1, max_value=listing.DEEPEST, required=False)

    def __init__(self, given: QueryDict, *, scope: Scope, at: date) -> None:
        unknown = set(given) - set(self.base_fields)
        if unknown or any("\0" in value for value in given.values()):
            raise BadRequest(f"unknown filter: {', '.join(sorted(unknown))[:80]}")
        super().__init__(given)
        self.scope, self.at = scope, at
        self.places = _places(scope)
        self._offer("place", _place_choices(self.places))
        if scope.sees_all:
            self._offer("station", Unit.objects.filter(kind=Unit.Kind.STATION).values_list("code", "name"))

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ANY), *choices]

    shown_names: tuple[str, ...] = ()
    more_names: tuple[str, ...] = ()

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self._drawn(name) for name in self.shown_names]

    @property
    def more(self) -> list[forms.BoundField]:
        """The rest, behind 更多条件; the station only where more than one can be asked for."""
        return [self._drawn(name) for name in self.more_names if name != "station" or self.scope.sees_all]

    @property
    def more_holds(self) -> int:
        """How many of the rest hold now, for the button that hides them."""
        return sum(name in self.narrowed for name in self.more_names)

    def _drawn(self, name: str) -> forms.BoundField:
        widget = self.fields[name].widget
        widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
        return self[name]

    def known(self) -> dict[str, Any]:
        """The values; a page that nobody's own link leads to is refused."""
        if not self.is_valid():
            raise BadRequest(f"bad filter: {', '.join(self.errors)}")
        return self.cleaned_data

    @property
    def narrowed(self) -> list[str]:
        """Names of the filters that hold now."""
        return [name for name, value in self.known().items() if value and name not in ("page", "order", "tab")]

    def _shared(self) -> dict[str, Any]:
        given = self.known()
        chosen = [p.pk for p in self.places if given["place"] in (p.code, p.parent and p.parent.code)]
        station = Unit.objects.filter(code=given["station"]).values_list("pk", flat=True).first()
        return {
            "words": given["q"],
            "places": tuple(chosen),
            "station": station if given["station"] else None,
            "since": given["since"],
            "until": given["until"],
            "page": given["page"] or 1,
        }


class DisputeFilter(_Filter):
    shown_names = ("level", "type", "place", "owner")
    more_names = ("station", "origin", "since", "until", "merged")
    tab = forms.ChoiceField(choices=list(listing.TAB_WORDS.items()), required=False)
    level = _select(_("等级"), words.LEVELS.items())
    type = _select(_("类型"))
    owner = forms.CharField(
        label=_("责任民警"),
        max_length=150,
        required=False,
        widget=forms.Select(choices=[("", ANY), ("mine", _("我的"))]),
    )
    origin = _select(_("来源"), words.ORIGINS.items())
    merged = forms.BooleanField(label=_("含已并入的"), required=False)
    order = forms.ChoiceField(choices=_orders(listing.ORDERS), required=False)

    def __init__(self, given: QueryDict, *, scope: Scope, at: date) -> None:
        super().__init__(given, scope=scope, at=at)
        chosen = given.get("owner", "")
        if chosen not in ("", "mine"):
            widget = self.fields["owner"].widget
            assert isinstance(widget, forms.Select)
            widget.choices = [("", ANY), ("mine", _("我的")), (chosen, chosen)]
        self.types = [(t.code, t.name) for t in types(at)]
        self._offer("type", _type_choices(self.types))

    def clean_owner(self) -> tuple[int, ...]:
        """`mine`, or somebody's number of account; nobody is refused rather than left out."""
        given = self.cleaned_data["owner"]
        if given in ("", "mine"):
            return tuple(sorted(self.scope.accounts)) if given else ()
        found = tuple(Account.objects.filter(username=given).values_list("pk", flat=True))
        if not found:
            raise forms.ValidationError("unknown")
        return found

    def asked(self) -> Asked:
        given = self.known()
        return Asked(
            **self._shared(),
            tab=given["tab"] or "open",
            level=int(given["level"]) if given["level"] else None,
            types=tuple(code for code, _name in self.types if code.startswith(given["type"])) if given["type"] else (),
            owners=given["owner"],
            origin=given["origin"],
            merged=given["merged"],
            order=given["order"] or "-touched",
        )


class IncidentFilter(_Filter):
    shown_names = ("kind", "place", "linked")
    more_names = ("channel", "station", "since", "until")
    kind = _select(_("类别"), words.KINDS.items())
    channel = _select(_("渠道"), words.CHANNELS.items())
    linked = _select(_("纠纷"), [("yes", _("已关联")), ("no", _("未关联"))])
    order = forms.ChoiceField(choices=_orders(listing.INCIDENT_ORDERS), required=False)

    def asked(self) -> Asked:
        given = self.known()
        return Asked(
            **self._shared(),
            kind=given["kind"],
            channel=given["channel"],
            linked={"yes": True, "no": False}.get(given["linked"]),
            order=given["order"] or "-received",
        )


class SavedViewForm(forms.Form):
    """A name for the filters that hold now; the query is read again as if it came in the address."""

    name = forms.CharField(label=_("名称"), max_length=30)
    query = forms.CharField(max_length=500, required=False)

    def __init__(self, given: QueryDict, *, scope: Scope, at: date) -> None:
        super().__init__(given)
        self.scope, self.at = scope, at

    def clean_query(self) -> str:
        pairs = parse_qsl(self.cleaned_data["query"].removeprefix("?"), keep_blank_values=False)
        kept = urlencode([(name, value) for name, value in pairs if name != "page"])
        try:
            DisputeFilter(QueryDict(kept), scope=self.scope, at=self.at).known()
        except BadRequest:
            raise forms.ValidationError(_("这组条件看不懂")) from None
        return kept


class UnmaskForm(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), choices=list(words.UNMASK_REASONS.items()))
    why = forms.CharField(label=_("写明"), max_length=200, required=False)


def _places(scope: Scope) -> list[Place]:
    """The served places that the viewer's cases can lie in; everybody may read their names."""
    return list(Place.objects.served().select_related("parent").order_by("code"))


def _place_choices(places: Iterable[Place]) -> Choices:
    return [(p.code, p.short if p.kind == Place.Kind.TOWNSHIP else f"　{p.short}") for p in places]


def _type_choices(found: list[tuple[str, str]]) -> Choices:
    return [
        (
            category,
            [
                (category, _("%(category)s 全部") % {"category": name}),
                *[pair for pair in found if pair[0][0] == category],
            ],
        )
        for category, name in words.CATEGORIES.items()
    ]
