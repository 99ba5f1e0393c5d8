"""Pages for people in a browser: signing in, and the accounts they link (`/settings/...`).

They are made by the server and need no script. Who is signed in here is told by a cookie, which
the API does not heed and Django's admin does not either: see `session`.
"""
