"""The report as a page: opened from the disk, clicked through, at the width of a desk and of a phone."""

import itertools
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.catalog.diff import diff

PAGE = Path(__file__).parents[2] / "matrix" / "report" / "index.html"
KNOWN = catalog()
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture
def opened(browser):
    """Opens the page; afterwards there was no error and no request to anywhere."""
    contexts, said, asked = [], [], []

    def open_page(viewport=DESK, address="", **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(PAGE.as_uri() + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert all(url.startswith("file:") for url in asked)


def shown(page, selector):
    return page.locator(selector).evaluate_all("nodes => nodes.filter(n => n.checkVisibility()).length")


def test_size():
    assert PAGE.stat().st_size < 1_500_000


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_sticks_out(opened, viewport):
    page = opened(viewport)
    # Wide tables scroll inside of themselves.
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert shown(page, "#grid tbody tr") == len(KNOWN.builders)
    first, last = page.locator("#grid tbody tr").first, page.locator("#grid tbody tr").last
    for row in (first, last):
        row.scroll_into_view_if_needed()
        box = row.locator("a").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
    if viewport is DESK:
        # All releases can be seen at once.
        cells = first.locator("td").last.bounding_box()
        assert cells["x"] + cells["width"] <= viewport["width"]


def test_search_goes_over_builders_entries_and_names_that_left(opened):
    page = opened()
    search = page.get_by_role("searchbox", name="Search")
    for words, builders in (("wide_resnet", 2), ("resnet50 swsl", 0), ("coco_legacy", 1)):
        search.fill(words)
        assert shown(page, "#grid tbody tr") == builders == shown(page, "#details article")
        assert page.locator("#count").inner_text().startswith(f"{builders} builder")
    search.fill("functional_tensor")
    assert shown(page, "#grid tbody tr") == 0
    assert shown(page, "#legacy tbody tr") >= 1
    search.fill("")
    assert shown(page, "#grid tbody tr") == len(KNOWN.builders)
    page.get_by_label("Namespace").select_option("detection")
    found = sum(builder.namespace == "torchvision.models.detection" for builder in KNOWN.builders.values())
    assert shown(page, "#grid tbody tr") == found
    page.get_by_label("In release").select_option(label="0.9.0")
    assert shown(page, "#grid tbody tr") < found


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param("0.12.0", "0.29.2", id="into-weights"),
        pytest.param("0.9.0", "0.12.0", id="before-weights"),
        pytest.param("0.14.1", "0.17.0", id="across-v2"),
    ],
)
def test_what_breaks(opened, first, last):
    page = opened()
    page.get_by_label("I go from").select_option(label=first)
    page.get_by_label("to", exact=True).select_option(label=last)
    changes = diff(KNOWN, first, last)
    for kind in ("breaks", "deprecated", "behaviour", "added"):
        count = sum(change.category == kind for change in changes)
        assert page.locator(f"#counts .{kind}").inner_text() == str(count)
    for details in page.locator("#answer > details").all():
        details.locator("summary").first.click()
    page.wait_for_function("[...document.querySelectorAll('#answer > details')].every(d => d.children.length > 1)")
    listed = page.locator("#answer code").evaluate_all("nodes => nodes.map(n => n.textContent)")
    assert sorted(listed) == sorted(change.path[len("torchvision.") :] for change in changes)
    assert page.evaluate("location.hash") == f"#upgrade={first}..{last}"


def test_what_breaks_can_be_linked_to(opened):
    page = opened(address="#upgrade=0.13.1..0.15.2")
    assert page.get_by_label("I go from").locator("option:checked").inner_text() == "0.13.1"
    count = sum(change.category == "breaks" for change in diff(KNOWN, "0.13.1", "0.15.2"))
    assert page.locator("#counts .breaks").inner_text() == str(count)
    page.get_by_label("I go from").select_option(label="0.29.2")
    assert "older release" in page.locator("#counts").inner_text()
    assert page.locator("#answer *").count() == 0


def test_a_builder_can_be_linked_to(opened):
    page = opened(address="#resnet50")
    box = page.locator("#resnet50").bounding_box()
    assert -50 <= box["y"] < DESK["height"]
    page.locator("#grid a", has_text="vit_b_16").first.click()
    assert page.evaluate("location.hash") == "#vit_b_16"
    missing = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    )
    assert missing == 0


def test_calls_can_be_copied(opened):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    article = page.locator("#resnet50")
    calls = article.locator(".call code").all_text_contents()
    assert calls == [
        'torchvision.models.resnet50(weights="IMAGENET1K_V1")',
        'tvcompat.get_model("resnet50", weights="IMAGENET1K_V2")',
    ]
    article.get_by_role("button", name="copy").last.click()
    article.get_by_role("button", name="copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == calls[1]


@pytest.mark.parametrize("scheme", ["light", "dark"], ids=str)
def test_contrast(opened, scheme):
    page = opened(color_scheme=scheme)
    kinds = "body, a, .quiet, #counts b, #grid .release span, h2, output, .instead, dt, button.copy"
    # Colours as the page shows them, on the ground behind them.
    pairs = page.locator(kinds).evaluate_all(
        """nodes => [...new Set(nodes.map(node => {
            let ground = node;
            while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
            return getComputedStyle(node).color + '|' + getComputedStyle(ground || document.body).backgroundColor;
        }))]"""
    )
    assert len(pairs) > 4
    for pair in pairs:
        one, other = (luminance(part) for part in pair.split("|"))
        ratio = (max(one, other) + 0.05) / (min(one, other) + 0.05)
        assert ratio >= 4.5, (pair, ratio)


def luminance(colour):
    channels = [int(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_it_can_be_used_by_keyboard_and_read_aloud(opened):
    page = opened()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href') || ''"))
        if "search" in reached:
            break
    assert {"from", "to", "search"} <= set(reached)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    # Every field, button and picture has a name; every table its headings.
    for role in ("combobox", "searchbox", "checkbox", "img"):
        elements = page.get_by_role(role).all()
        assert elements, role
        for element in elements:
            name = element.evaluate(
                "n => n.labels && n.labels.length ? n.labels[0].textContent"
                " : n.getAttribute('aria-label') || n.getAttribute('aria-labelledby') || ''"
            )
            assert name.strip(), role
    assert page.locator("table:not(:has(th))").count() == 0
    levels = page.locator("h1, h2, h3, h4").evaluate_all("nodes => nodes.map(n => Number(n.tagName[1]))")
    assert levels[0] == 1
    assert all(later - level <= 1 or later == 4 for level, later in itertools.pairwise(levels))
    assert page.locator("html").get_attribute("lang") == "en"
