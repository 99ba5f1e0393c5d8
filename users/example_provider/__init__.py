"""An identity provider for whoever tries linked accounts out (`/dev/provider/...`).

It speaks OAuth 2 as Google and the others do: an authorization page, a token endpoint that asks
for the client's secret and for the proof of the code challenge, userinfo, and revocation. Only
that anybody may be anybody there. So it exists on a private machine, for its own browser.
"""
