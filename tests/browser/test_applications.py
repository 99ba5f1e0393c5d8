"""Linked accounts as people use them: in Chromium, with the example provider of a laptop."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.factories.users import PASSWORD, SocialAccountFactory, UserFactory
from tests.users import social
from users.models import SocialAccount, User

pytestmark = pytest.mark.xdist_group("browser")

HOME = "/settings/applications"
PHONE = {"width": 360, "height": 740}
SCHEMES = ("light", "dark")
FRONTEND = Site._meta.get_field("frontend_url").default


@pytest.fixture(autouse=True)
def _quick(site: str, chromium: Browser) -> None:
    expect.set_options(timeout=5_000)  # milliseconds


@pytest.fixture
def ada(site: str) -> Iterator[User]:
    user = UserFactory(first_name=None, last_name=None)
    yield user
    User.objects.all().delete()
    Site.objects.update(google_client_id=None, fb_client_id=None, frontend_url=FRONTEND)


@pytest.fixture
def page(site: str, chromium: Browser) -> Iterator[Page]:
    """A window in which no script runs."""
    with chromium.new_context(base_url=site, java_script_enabled=False) as context:
        yield context.new_page()


def sign_in(page: Page, user: User) -> None:
    page.goto(HOME)
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()


def connect(page: Page, who: str = "Continue as Ada Lovelace") -> None:
    page.get_by_role("button", name="Connect Example ID").click()
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_role("button", name=who).click()


def test_an_account_is_connected_seen_and_disconnected(page: Page, ada: User) -> None:
    sign_in(page, ada)

    connect(page)
    expect(page.get_by_role("status")).to_have_text("Your Example ID account is connected.")
    assert page.url.endswith(HOME)
    account = SocialAccount.objects.get()
    assert (account.user, account.uid) == (ada, "ada")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_have_attribute(
        "href", re.compile("/dev/provider/people/ada$")
    )
    picture = page.locator("li img")
    assert picture.evaluate("image => image.naturalWidth") > 0

    page.get_by_role("button", name="Disconnect Example ID").click()
    expect(page.get_by_role("status")).to_have_text("Your Example ID account is disconnected.")
    expect(page.get_by_text("Not connected")).to_be_visible()
    assert not SocialAccount.objects.exists()
    (job,) = run_due("users.revoke-social-access")
    assert job.state == "succeeded", job.error


def test_who_does_not_tell_connects_nothing(page: Page, ada: User) -> None:
    sign_in(page, ada)

    connect(page, "Do not tell")

    expect(page.get_by_role("alert")).to_have_text(
        "Example ID was not allowed to say who you are, so nothing has changed."
    )
    assert not SocialAccount.objects.exists()


def test_a_connected_account_signs_in_and_the_only_way_in_needs_a_password(
    page: Page, ada: User
) -> None:
    """Grace is new here: she comes by her account elsewhere, and stays with a password."""
    page.goto(HOME)
    page.get_by_role("button", name="Continue with Example ID").click()
    page.get_by_role("button", name="Continue as Grace Hopper").click()
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()
    expect(page.get_by_text("grace@example.org")).to_be_visible()

    page.get_by_role("button", name="Disconnect Example ID").click()
    expect(page.get_by_text("Example ID is your only way to sign in.")).to_be_visible()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password and disconnect Example ID").click()

    expect(page.get_by_role("status").last).to_have_text("Your Example ID account is disconnected.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    sign_in(page, User.objects.get(email="grace@example.org"))


def test_a_client_of_the_api_signs_somebody_in(page: Page, site: str, ada: User) -> None:
    """The web client asks for the URL, and takes up the browser at a page of its own."""
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    Site.objects.update(frontend_url=site)
    began = page.request.get("/v1/auth/oauth/example").json()

    page.goto(began["url"])
    page.get_by_role("button", name="Continue as Ada Lovelace").click()
    page.wait_for_url("**/oauth/callback?platform=example&*")
    back = social.query_of(page.url)
    sent = {"code": back["code"], "state": back["state"], "secret": began["secret"]}
    given = page.request.post("/v1/auth/oauth/login/example", data=sent).json()

    assert (given["user_id"], given["email"]) == (ada.pk, "ada@example.org")
    bearer = {"Authorization": f"JWT {given['access_token']}"}
    linked = page.request.get(f"/v1/users/{ada.pk}/social-accounts", headers=bearer).json()
    assert [each["attributes"]["provider"] for each in linked["data"]] == ["example"]
    assert page.request.post("/v1/auth/oauth/login/example", data=sent).status == 422


def test_all_of_it_is_done_by_keyboard(site: str, chromium: Browser, ada: User) -> None:
    with chromium.new_context(base_url=site) as context:
        page = context.new_page()
        page.goto(HOME)
        expect(page.get_by_label("Email")).to_be_focused()
        page.keyboard.type(ada.email)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Applications")).to_be_visible()

        press(page, "Connect Example ID")
        press(page, "Continue as Ada Lovelace")
        expect(page.get_by_role("status")).to_have_text("Your Example ID account is connected.")
        press(page, "Disconnect Example ID")
        expect(page.get_by_text("Not connected")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Go to the button called `name` by Tab, look whether one sees that, and press it."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    expect(button).to_be_focused()
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") != "none"
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_use_the_pages(scheme: Any, site: str, chromium: Browser, ada: User) -> None:
    """On a phone and on a desk; axe-core finds nothing that keeps somebody out."""
    social.register_everywhere()
    SocialAccountFactory(user=ada, provider="google", name="Ada Lovelace " * 6)
    axe = Axe()
    with chromium.new_context(base_url=site, color_scheme=scheme, viewport=PHONE) as context:
        page = context.new_page()
        for path in ("/", "/sign-in"):
            page.goto(path)
            looked_at(page, axe)
        page.get_by_label("Email").fill(ada.email)
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        looked_at(page, axe)
        sign_in(page, ada)
        connect(page, "Do not tell")
        for size in (PHONE, {"width": 1280, "height": 800}):
            page.set_viewport_size(size)
            looked_at(page, axe)
        User.objects.filter(pk=ada.pk).update(password="!none")
    with chromium.new_context(base_url=site, color_scheme=scheme, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_role("button", name="Continue with Example ID").click()
        page.get_by_role("button", name="Continue as Ada Lovelace").click()
        page.goto("/settings/password?disconnect=example")
        expect(page.get_by_label("New password")).to_be_visible()
        looked_at(page, axe)


def looked_at(page: Page, axe: Axe) -> None:
    """Nothing is wider than the window, too small to be touched, or found fault with by axe."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    for button in page.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 40
    found = axe.run(page).response["violations"]
    assert [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in found] == []
