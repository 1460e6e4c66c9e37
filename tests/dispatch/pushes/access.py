"""Who gets past the door of each page of pushes."""

SENDERS = {"dispatcher", "community_officer", "chief", "bureau"}
PAGES = {
    "pushes": SENDERS | {"agency"}, "push": SENDERS | {"agency"}, "push_paper": SENDERS | {"agency"},
    "push_new": SENDERS, "push_send": SENDERS, "push_rewrite": SENDERS, "push_withdraw": SENDERS, "push_take": SENDERS,
    "push_receive": {"agency"}, "push_reply": {"agency"}, "push_return": {"agency"},
}  # fmt: skip
