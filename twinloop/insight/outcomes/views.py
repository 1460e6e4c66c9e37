"""What came of an import, on one page: linked from the import's result."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from twinloop.insight.outcomes import queries
from twinloop.intake.batches.queries import visible_to
from twinloop.intake.batches.words import WITH_OUTCOME
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Role


@needs_role(Role.DISPATCHER, Role.BUREAU)
@require_safe
def import_outcome(request: HttpRequest, batch: int) -> HttpResponse:
    """Rows, types, levels, repeats, whom to call, and how long it took."""
    viewer = scope(request)
    found = get_object_or_404(visible_to(viewer).select_related("judge_by"), pk=batch)
    if found.kind not in WITH_OUTCOME or found.state not in ("done", "undone"):
        raise Http404
    told = queries.outcome(found, at=timezone.localtime())
    is_judging = found.judge_at is not None and found.judged_at is None
    context = {
        "batch": found, "outcome": told, "casedata": True, "is_judging": is_judging,
        "may_judge": found.state == "done" and not is_judging and told.judged < told.total,
        "may_pair": viewer.has(Role.DISPATCHER),
    }  # fmt: skip
    return render(
        request, "outcomes/outcome.html#part" if "X-Poll" in request.headers else "outcomes/outcome.html", context
    )
