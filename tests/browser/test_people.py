"""From nobody to somebody with a linked account: all of it in a browser, without a script."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.browser.test_applications import FRONTEND, PHONE, SCHEMES, connect, looked_at, sign_in
from tests.factories.users import PASSWORD
from users.email_tokens import issue
from users.models import EmailToken, SocialAccount, User

pytestmark = pytest.mark.xdist_group("browser")

MARY = "mary@example.org"


@pytest.fixture
def page(site: str, chromium: Browser) -> Iterator[Page]:
    """A window of a laptop's browser, in which no script runs; mails lead to this server."""
    row = Site.objects.get()
    row.frontend_url = site
    row.save()  # by which it is seen at once
    with chromium.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.set_default_timeout(5_000)  # milliseconds
        yield page
    User.objects.filter(email=MARY).delete()
    Site.objects.update(frontend_url=FRONTEND)


def opened(page: Page, subject: str, button: str) -> Page:
    """Open the newest mail called `subject` in the inbox, press its button; return the new tab."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"):
        run_due("messaging.send")  # to nobody, as on a laptop
    page.goto("/dev/mail")
    page.get_by_role("link", name=subject).first.click()
    with page.expect_popup() as popup:
        page.frame_locator("iframe").get_by_role("link", name=button).click()
    return popup.value


def test_somebody_registers_verifies_connects_and_disconnects(page: Page) -> None:
    page.goto("/settings/applications")
    page.get_by_role("link", name="Register").click()
    page.get_by_label("Email").fill(MARY)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("status")).to_contain_text(f"sent to {MARY}")

    tab = opened(page, "Welcome to Open Event", "Confirm address")
    mary = User.objects.get(email=MARY)
    assert not mary.is_verified
    tab.get_by_role("button", name="Confirm").click()
    expect(tab.get_by_role("status")).to_have_text("Your address is confirmed.")
    mary.refresh_from_db()
    assert mary.is_verified

    sign_in(page, mary)
    connect(page)
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    assert SocialAccount.objects.get().user == mary
    page.get_by_role("button", name="Disconnect Example ID").click()
    expect(page.get_by_role("status")).to_have_text("Your Example ID account is disconnected.")
    assert not SocialAccount.objects.exists()
    page.goto("/dev/mail")
    for subject in ("is connected with Example ID", "is not connected with Example ID"):
        expect(page.get_by_role("link", name=subject).filter(has_text=MARY)).to_be_visible()


def test_somebody_who_forgot_their_password_sets_a_new_one(page: Page) -> None:
    User.objects.create_user(MARY, "forgotten", is_verified=True)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(MARY)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("status")).to_contain_text("a link is on its way there")

    run_due("users.mail-reset")
    tab = opened(page, "set a new password", "Set a new password")
    tab.get_by_label("New password").fill(PASSWORD)
    tab.get_by_role("button", name="Set password").click()
    expect(tab.get_by_role("status")).to_have_text("Your password is set. Sign in with it.")

    sign_in(page, User.objects.get(email=MARY))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_use_these_pages(scheme: Any, site: str, chromium: Browser) -> None:
    user = User.objects.create_user(MARY)
    verify, reset = (issue(user, EmailToken.Purpose(each)) for each in ("verify", "reset"))
    axe = Axe()
    with chromium.new_context(base_url=site, color_scheme=scheme, viewport=PHONE) as context:
        page = context.new_page()
        for path in (
            "/register",
            "/verify",
            f"/verify?token={verify}",
            f"/reset-password?token={reset}",
        ):
            page.goto(path)
            looked_at(page, axe)
        page.get_by_label("New password").fill("password")
        page.evaluate("document.querySelector('input[name=token]').value = 'used'")
        page.get_by_role("button", name="Set password").click()
        expect(page.get_by_role("alert")).to_contain_text("not good any more")
        looked_at(page, axe)
    user.delete()
