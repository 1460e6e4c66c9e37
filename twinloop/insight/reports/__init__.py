"""Reports of a day, week, month, quarter or year: counted, frozen in versions, printed."""
