"""What came of an import is read by who brings in cases; never by an administrator, who sees none."""

OBJECTS = {"import_outcome"}
