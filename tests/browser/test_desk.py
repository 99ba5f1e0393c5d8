"""The admin site in Chromium: for everybody, in light and dark, on a phone, from our host alone."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, expect

from events.models import Event, Session
from openevent.site.models import Site
from tests.factories.events import (
    EventFactory,
    EventTopicFactory,
    SessionFactory,
    SpeakerFactory,
    hold,
)
from tests.factories.messaging import MailFactory
from tests.factories.users import PASSWORD, UserFactory
from tests.media.pictures import image
from users.models import SecondFactor, User

pytestmark = pytest.mark.xdist_group("browser")

SCHEMES = ("light", "dark")
PHONE = {"width": 360, "height": 740}
# What a person who cannot see, or cannot use a mouse, would stumble over.
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def boss(site: str) -> User:
    user = UserFactory(super_admin=True, email="boss@example.org")
    event = EventFactory(name="Open Summit", logo_url=f"https://example.org/{'long' * 20}.png")
    hold(user, event, "owner")
    SessionFactory(event=event).speakers.add(SpeakerFactory(event=event))
    MailFactory(state="failed")
    MailFactory()
    return user


@contextmanager
def window(chromium: Browser, site: str, **options: Any) -> Iterator[Page]:
    """Open a window, and hold it to what all our pages promise: nothing fails or is refused in
    it, and nothing comes from another host.
    """
    complaints: list[str] = []
    with chromium.new_context(base_url=site, **options) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda sent: (
                complaints.append(f"outside: {sent.url}")
                if not sent.url.startswith((site, "data:", "blob:"))
                else None
            ),
        )
        yield page
    assert complaints == []


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Email").fill("boss@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Front page")).to_be_visible()


def faults(page: Page) -> list[tuple[str, str, Any]]:
    """Return what axe-core finds on the page that is serious."""
    found = Axe().run(page).response["violations"]
    return [
        (page.url, fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in found
        if fault["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_are_for_everybody_in_light_and_dark(
    chromium: Browser, site: str, boss: User, scheme: str
) -> None:
    pages = (
        "/admin/",
        "/admin/messaging/mail/",
        f"/admin/users/user/{boss.pk}/change/",
        "/admin/site/site/1/change/",
        f"/admin/events/session/{Session.objects.get().pk}/change/",
    )
    with window(chromium, site, color_scheme=scheme) as page:
        page.goto("/admin/login/")
        found = faults(page)
        sign_in(page)
        for path in pages:
            page.goto(path)
            found += faults(page)

    assert found == []


@pytest.mark.usefixtures("boss")
def test_pages_are_walked_through_by_keyboard(chromium: Browser, site: str) -> None:
    with window(chromium, site) as page:
        sign_in(page)
        page.goto("/admin/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.locator("summary", has_text="People").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Users").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Users")).to_be_visible()
        page.get_by_role("button", name="Filters").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("By is blocked")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.usefixtures("boss")
def test_phone_shows_the_pages_whole_and_the_menu_when_asked(chromium: Browser, site: str) -> None:
    with window(chromium, site, viewport=PHONE) as page:
        sign_in(page)
        event = f"/admin/events/event/{Event.objects.get().pk}/change/"
        for path in ("/admin/", "/admin/messaging/mail/", "/admin/site/site/1/change/", event):
            page.goto(path)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], path
        expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
        page.locator("summary", has_text="Messages").click()
        page.get_by_role("link", name="Mails").click()
        expect(page.get_by_role("heading", name="Mails")).to_be_visible()


@pytest.mark.usefixtures("boss")
def test_dangerous_button_is_pressed_twice(chromium: Browser, site: str) -> None:
    ada = UserFactory(email="ada@example.org")
    with window(chromium, site) as page:
        sign_in(page)
        page.goto(f"/admin/users/user/{ada.pk}/change/")
        page.locator("summary", has_text="Block").click()
        assert not User.objects.get(pk=ada.pk).is_blocked
        page.get_by_role("button", name="Block").click()
        expect(page.get_by_text("ada@example.org is blocked.")).to_be_visible()
        expect(page.get_by_role("button", name="Unblock")).to_be_visible()

    assert User.objects.get(pk=ada.pk).is_blocked


@pytest.mark.usefixtures("boss")
def test_settings_are_changed_and_a_secret_goes_in_and_not_out(
    chromium: Browser, site: str
) -> None:
    with window(chromium, site) as page:
        sign_in(page)
        page.goto("/admin/site/site/1/change/")
        page.get_by_role("link", name="Mail", exact=True).click()
        page.get_by_label("SMTP host").fill("mail.example.org")
        page.get_by_label("SMTP password").fill("open sesame")
        page.get_by_role("button", name="Save and continue editing").click()
        expect(page.get_by_text("was changed successfully").first).to_be_visible()
        expect(page.get_by_label("SMTP host")).to_have_value("mail.example.org")
        expect(page.get_by_label("SMTP password")).to_have_value("")
        assert "open sesame" not in page.content()

    assert Site.objects.get().smtp_password == "open sesame"
    Site.objects.update(smtp_host=None, smtp_password=None)


@pytest.mark.usefixtures("boss")
def test_picture_of_a_size_follows_what_is_typed(chromium: Browser, site: str) -> None:
    with window(chromium, site) as page:
        sign_in(page)
        page.goto("/admin/media/eventimagesize/1/change/")
        figure = page.locator("figure").first
        expect(figure.locator("output")).to_have_text("667 x 500")
        page.get_by_label("Full width").fill("300")
        page.get_by_label("Full height").fill("300")
        expect(figure.locator("output")).to_have_text("300 x 225")
        page.get_by_label("Full is whole").uncheck()
        expect(figure.locator("output")).to_have_text("300 x 300")
        image = figure.get_by_role("img")
        expect(image).to_have_attribute("src", re.compile("keeps_aspect=False"))
        page.wait_for_function("document.querySelector('figure img').naturalHeight == 300")


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_came_of_a_test_of_a_place_is_said_in_sight(
    chromium: Browser, site: str, tmp_path: Path, settings: Any, scheme: str
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILES_ROOT.mkdir()
    with window(chromium, site, viewport=PHONE, color_scheme=scheme) as page:
        sign_in(page)
        page.goto("/admin/site/site/1/change/")
        page.get_by_role("button", name="Test local").click()
        said = page.get_by_role("status").filter(has_text="Files can be kept in local")
        expect(said).to_be_in_viewport()
        assert faults(page) == []


@pytest.mark.usefixtures("boss")
def test_image_is_chosen_as_a_file_and_shown_before_and_after_it_is_saved(
    chromium: Browser, site: str, tmp_path: Path, settings: Any
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    (tmp_path / "hills.png").write_bytes(image("PNG", (400, 300)))
    topic = EventTopicFactory()
    shown = "document.querySelector('[data-image] img').naturalHeight == 300"
    with window(chromium, site, viewport=PHONE) as page:
        sign_in(page)
        page.goto(f"/admin/events/eventtopic/{topic.pk}/change/")
        expect(page.locator("[data-image] img")).to_be_hidden()
        page.get_by_label("or, in its place, a file").set_input_files(tmp_path / "hills.png")
        page.wait_for_function(shown)
        page.get_by_role("button", name="Save and continue editing").click()
        expect(page.get_by_role("img", name="The image that is there")).to_be_visible()
        page.wait_for_function(shown)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert faults(page) == []


@pytest.mark.usefixtures("boss")
def test_colours_are_chosen_and_stay(chromium: Browser, site: str) -> None:
    with window(chromium, site, color_scheme="light") as page:
        sign_in(page)
        page.get_by_role("button", name="Dark").click()
        page.goto("/admin/trash/")
        expect(page.locator("html")).to_have_class("dark")
        expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_second_factor_is_set_up_with_a_phone_and_asked_for(
    chromium: Browser, site: str, boss: User
) -> None:
    with window(chromium, site) as page:
        sign_in(page)
        page.get_by_role("link", name="Second factor").click()
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        letters = page.locator(".desk-letters").inner_text().replace(" ", "")
        page.get_by_role("textbox", name="Code").fill(f"{totp(base64.b32decode(letters)):06d}")
        page.get_by_role("button", name="Ask me for it from now on").click()
        code = page.locator(".desk-codes code").first.inner_text()
        page.get_by_role("link", name="I have them").click()
        expect(page.get_by_role("heading", name="Front page")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/admin/")
        page.get_by_label("Email").fill("boss@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
        assert faults(page) == []
        page.get_by_role("textbox", name="Code").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Front page")).to_be_visible()

    SecondFactor.objects.filter(user=boss).delete()
