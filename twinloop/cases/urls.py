"""Addresses of the spine: /disputes/JF260209-004/…"""

from django.urls import path, register_converter

from twinloop.cases.views import acts, dispute, files, merges


class DisputeNumber:
    """JF260209-004"""

    regex = "JF[0-9]{6}-[0-9]{3,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DisputeNumber, "dispute_number")
ONE = "disputes/<dispute_number:number>/"

urlpatterns = [
    path(ONE, dispute.dispute, name="dispute"),
    path(f"{ONE}timeline/", dispute.dispute_timeline, name="dispute_timeline"),
    path(f"{ONE}do/<slug:action>/", acts.dispute_move, name="dispute_move"),
    path(f"{ONE}note/<slug:kind>/", acts.dispute_note, name="dispute_note"),
    path(f"{ONE}change/", acts.dispute_change, name="dispute_change"),
    path(f"{ONE}gate/", acts.dispute_gate, name="dispute_gate"),
    path(f"{ONE}terms/<int:pk>/", acts.dispute_term, name="dispute_term"),
    path(f"{ONE}parties/", acts.dispute_party_new, name="dispute_party_new"),
    path(f"{ONE}parties/<int:pk>/remove/", acts.dispute_party_remove, name="dispute_party_remove"),
    path(f"{ONE}parties/<int:pk>/unmask/", dispute.dispute_unmask, name="dispute_unmask"),
    path(f"{ONE}comments/", acts.dispute_comment, name="dispute_comment"),
    path(f"{ONE}files/", files.dispute_files, name="dispute_files"),
    path(f"{ONE}files/<int:pk>/", files.dispute_file, name="dispute_file"),
    path(f"{ONE}files/<int:pk>/remove/", files.dispute_file_remove, name="dispute_file_remove"),
    path(f"{ONE}merge/", merges.dispute_merge, name="dispute_merge"),
    path(f"{ONE}split/", merges.dispute_split, name="dispute_split"),
    path(f"{ONE}split-off/", merges.dispute_split_off, name="dispute_split_off"),
    path(f"{ONE}links/", merges.dispute_link_incident, name="dispute_link_incident"),
    path(f"{ONE}links/<int:pk>/unlink/", merges.dispute_unlink, name="dispute_unlink"),
    path(f"{ONE}clocks/<int:pk>/pause/", acts.dispute_clock_pause, name="dispute_clock_pause"),
    path(f"{ONE}clocks/<int:pk>/resume/", acts.dispute_clock_resume, name="dispute_clock_resume"),
    # lists, incidents, search, clock rules: below this line
]
