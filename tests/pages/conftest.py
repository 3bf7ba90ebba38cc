"""A real browser: the Chromium of the system, driven by Playwright."""

import pytest

from tests.needs import need, need_module


@pytest.fixture(scope="session")
def browser():
    api = need_module("playwright.sync_api")
    path = need("Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
