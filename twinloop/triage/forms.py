"""What triage's pages take in."""

from __future__ import annotations

from django import forms

from twinloop.places.models import Place

LONGEST = 20_000  # characters of a narrative worth sorting


class RepeatForm(forms.Form):
    """A person's word on a pair."""

    why = forms.CharField(required=False, max_length=200, strip=True)


class SuggestForm(forms.Form):
    """What stands in the intake form so far; every field may be missing or half typed."""

    text = forms.CharField(required=False, strip=True)
    phone = forms.CharField(required=False, max_length=40)
    place_code = forms.CharField(required=False, max_length=20)
    address = forms.CharField(required=False, max_length=200)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"])[:LONGEST]

    def clean_place_code(self) -> Place | None:
        """A place by its 12-digit code or its row's number; unknown is none, not an error."""
        given = self.cleaned_data["place_code"]
        if not given.isascii() or not given.isdigit():
            return None
        found = Place.objects.filter(code=given) if len(given) == 12 else Place.objects.filter(pk=int(given))
        return found.first()
