"""Imports: the command room and the bureau bring in cases, the system administrator accounts and figures."""

MAY = {"dispatcher", "bureau", "system_admin"}
PAGES = {"imports": MAY}
SAMPLE = {"batch": 1}
OBJECTS = {"import_batch", "import_confirm", "import_judge", "import_undo", "import_rejects"}
