"""Twinloop (双循环): a police district's two loops against disputes."""

__version__ = "0.1.0"
