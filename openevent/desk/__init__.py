"""The desk: what all pages of the admin site stand on, whichever app they belong to.

- `panels`: which panel each page is on, and so who sees it
- `pages`: the classes that pages are made of, and verbs, which are buttons on a row
- `secrets`: fields that take a secret and never show it
- `trash`: putting rows into the trash and taking them out, by the actions that the API calls

The site itself, its front page and its navigation are `administration`'s, which sees all apps.
"""
