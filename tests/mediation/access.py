"""Who gets past the door of choosing a mediation."""

CHOOSERS = {"officer", "community_officer", "mediator", "chief"}
PAGES = {"mediation_choose": CHOOSERS, "mediation_wish": CHOOSERS}
SAMPLE = {"party": 1}
