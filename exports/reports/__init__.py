"""Reports: the sessions or the speakers of an event as a table, for its team.

`tables.py` says what a table is; `sessions.py` and `speakers.py` which columns these have and
which rows; `sheet.py` writes one as CSV, `printed.py` as PDF. Rows come a few at a time, so memory
does not grow with their number.
"""
