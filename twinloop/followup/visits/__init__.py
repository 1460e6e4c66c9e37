"""Callbacks and rolling visits, and the resident's own answer."""
