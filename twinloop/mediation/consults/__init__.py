"""Joint sessions (会诊): bodies sit together on the calendar of sessions, minutes say who does what by when."""
