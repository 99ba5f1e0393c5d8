"""Who may: predicates, targets, statements, and the lists compiled from them.

    permissions = allow(view=is_event_published | has_event_role, write=is_track_organizer)

A predicate is a tree of atoms. `asking` puts it to a row (401, 403) or compiles it into the
condition of a list; both come from the one tree, so what a list shows is what a row allows.
Nothing here knows an app's models: atoms about events register themselves by name.
"""
