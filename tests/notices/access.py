"""Who gets past the door of each page of notices: everybody to their own, the system administrator to the outbox."""

from tests.world import ROLES

EVERYBODY = set(ROLES)
PAGES = {
    "notices": EVERYBODY, "notices_bell": EVERYBODY, "notices_read": EVERYBODY, "notices_choose": EVERYBODY,
    "notice_open": EVERYBODY, "outbox": {"system_admin"}, "outbox_replay": {"system_admin"},
}  # fmt: skip
OBJECTS = {"notice_open"}
