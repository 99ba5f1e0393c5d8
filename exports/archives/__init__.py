"""Archives: an event and its programme as files, for another server or another day.

Reading goes in three steps, each in a module of its own: the *files* (`files.py`), what they say
in the words of any dialect (`dialects.py`) as plain `contents.py`, and rows from these
(`writer.py`).
A further format is one more module that returns `Contents`; a further container, one more `Read`.
"""
