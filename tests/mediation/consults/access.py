"""Who gets past the door of each page of joint sessions."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
CONVENERS = POLICE - {"auxiliary"}
AGENCY = {"agency"}
PAGES = {
    "consult": POLICE | {"mediator"}, "consult_part": POLICE | {"mediator"}, "consult_new": CONVENERS,
    "consult_came": CONVENERS | {"mediator"}, "consult_minutes": CONVENERS | {"mediator"},
    "consult_follow": CONVENERS | {"mediator"}, "consult_lead": CONVENERS,
    "consult_task": CONVENERS | {"mediator"} | AGENCY, "consult_mine": AGENCY, "consult_own": AGENCY,
}  # fmt: skip
