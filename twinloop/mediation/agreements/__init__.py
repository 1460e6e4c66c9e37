"""Agreements: terms, instalments, performance, breach, judicial confirmation."""
