"""/agreements/: what was agreed and what is owed of it."""

from __future__ import annotations

from django.urls import path

from twinloop.mediation.agreements.views import acts, drafting, lists

ONE = "agreements/<int:pk>/"

urlpatterns = [
    path("agreements/", lists.owed, name="owed"),
    path("agreements/export/", lists.owed_export, name="owed_export"),
    path("agreements/new/<str:number>/", drafting.agreement_new, name="agreement_new"),
    path(ONE, acts.agreement, name="agreement"),
    path(f"{ONE}edit/", drafting.agreement_edit, name="agreement_edit"),
    path(f"{ONE}sign/<str:who>/", acts.agreement_sign, name="agreement_sign"),
    path(f"{ONE}conclude/", acts.agreement_conclude, name="agreement_conclude"),
    path(f"{ONE}void/", acts.agreement_void, name="agreement_void"),
    path(f"{ONE}dues/<int:due>/kept/", acts.due_perform, name="due_perform"),
    path(f"{ONE}dues/<int:due>/broken/", acts.due_break, name="due_break"),
    path(f"{ONE}confirmation/", acts.confirmation_ask, name="confirmation_ask"),
    path(f"{ONE}confirmation/declined/", acts.confirmation_decline, name="confirmation_decline"),
    path(f"{ONE}confirmation/ruling/", acts.confirmation_rule, name="confirmation_rule"),
]
