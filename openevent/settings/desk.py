"""The admin site's looks; `administration.site` says who sees what."""

from django.templatetags.static import static

UNFOLD = {
    "SITE_TITLE": "administration.site.title",
    "SITE_HEADER": "administration.site.title",
    "SITE_SYMBOL": "calendar_month",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("desk/icon.svg"),
        }
    ],
    "SITE_URL": None,  # the web client is elsewhere
    "SHOW_HISTORY": True,
    "SCRIPTS": [
        lambda request: static("desk/keys.js"),
        lambda request: static("desk/names.js"),
    ],
    "STYLES": [lambda request: static("desk/desk.css")],
    "SIDEBAR": {"navigation": "administration.site.navigation"},
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.6)",
            "100": "oklch(93.2% .032 255.6)",
            "200": "oklch(88.2% .059 254.1)",
            "300": "oklch(80.9% .105 251.8)",
            "400": "oklch(70.7% .165 254.6)",
            "500": "oklch(62.3% .214 259.8)",
            "600": "oklch(54.6% .245 262.9)",
            "700": "oklch(48.8% .243 264.4)",
            "800": "oklch(42.4% .199 265.6)",
            "900": "oklch(37.9% .146 265.5)",
            "950": "oklch(28.2% .091 267.9)",
        },
    },
}
