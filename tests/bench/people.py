"""What people wait for: the commands, and the report in a browser."""

import statistics
import sys
from pathlib import Path
from typing import List

from tests.browser import find

from .rows import Row, bare_start, launched, turns

PAGE = Path(__file__).parents[2] / "matrix" / "report" / "index.html"

# Time from a letter to the page being laid out anew, over builders, entries and names that left.
SEARCHING = """() => {
  const field = document.getElementById('search'), times = [];
  for (const words of ['r', 're', 'resnet', 'coco', 'functional_tensor', 'v2', '']) {
    const started = performance.now();
    field.value = words;
    field.dispatchEvent(new Event('input'));
    document.body.offsetHeight;
    times.push(performance.now() - started);
  }
  return Math.max(...times);
}"""

# The peer: the time in which the browser lays the whole page out again.
LAYING_OUT = """() => {
  const times = [];
  for (let turn = 0; turn < 7; turn += 1) {
    document.body.style.display = 'none';
    document.body.offsetHeight;
    const started = performance.now();
    document.body.style.display = '';
    document.body.offsetHeight;
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[3];
}"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def rows() -> List[Row]:
    command = [sys.executable, "-m", "tvcompat", "--help"]
    launched(command, ".")
    mine, bare = turns(lambda: launched(command, ".")[1] * 1e3, bare_start, 9)
    size = PAGE.stat().st_size / 1e6
    found = [
        Row(
            "tvcompat --help: at most 4 times a start of Python",
            f"{mine:.0f} ms, ratio {mine / bare:.1f}", f"a bare Python: {bare:.0f} ms", mine <= 4 * bare,
        ),
        Row("the report as a page: under 1.5 MB", f"{size:.2f} MB", "", size < 1.5),
    ]  # fmt: skip
    browser = find()
    if browser is None:
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched_browser = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = launched_browser.new_page(viewport={"width": 1280, "height": 900})
        painted, searching, layout = [], [], []
        for _ in range(5):
            page.goto(PAGE.as_uri())
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
            painted.append(page.evaluate(PAINTED))
            layout.append(page.evaluate(LAYING_OUT))
            searching.append(page.evaluate(SEARCHING))
        launched_browser.close()
    paint, search, laid = (statistics.median(figures) for figures in (painted, searching, layout))
    return [
        *found,
        Row("first paint of the report from disk: under 1 s", f"{paint:.0f} ms", "", paint < 1000),
        Row(
            "search in it as one types: at most half the time of laying the page out",
            f"{search:.0f} ms, ratio {search / laid:.2f}", f"laid out: {laid:.0f} ms", search <= 0.5 * laid,
        ),
    ]  # fmt: skip
