"""Papers from templates that the user can replace: filled, numbered, as Word and PDF; the dossier."""
