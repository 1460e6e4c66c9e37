"""The daily clear and the handover list."""
