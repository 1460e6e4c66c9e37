"""Dashboards by role: figures of what one answers for, beside the plan, opened to their rows; by month."""
