"""A passkey, by a real ceremony: Chromium's virtual authenticator answers as a device with a finger on it would."""

from typing import Any

from playwright.sync_api import Page, expect

from contacts.models import User
from tests.signing_in import SECRET

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_signs_in_alone_and_is_removed(live_server: Any, desk: Any, quiet_console: Page):
    page = quiet_console
    root = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    casey = User.objects.get(username="casey")
    casey.set_password(SECRET)
    casey.save()
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto(f"{root}/accounts/login/?next=/settings/security/")
    page.get_by_label("Username or e-mail").fill("casey")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Add one").click()
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("Blue laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("list", name="Codes").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("main")).to_contain_text("Passkey, signs in alone")

    page.context.clear_cookies()
    page.goto(f"{root}/accounts/login/?next=/settings/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("main")).to_contain_text("Blue laptop")

    page.get_by_role("link", name="Remove Blue laptop").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("main")).not_to_contain_text("Blue laptop")
    assert not casey.authenticator_set.exists()  # the codes went with it
