"""What people wait for: the commands, and the report in a browser."""

import statistics
import sys
from pathlib import Path
from typing import List

from tests.browser import find

from .rows import Row, launched

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
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def rows() -> List[Row]:
    command = [sys.executable, "-m", "tvcompat", "--help"]
    launched(command, ".")
    mine = statistics.median(launched(command, ".")[1] for _ in range(9)) * 1e3
    bare = statistics.median(launched([sys.executable, "-c", "pass"], ".")[1] for _ in range(9)) * 1e3
    size = PAGE.stat().st_size / 1e6
    found = [
        Row("tvcompat --help in 100 ms", f"{mine:.0f} ms", f"a bare Python: {bare:.0f} ms", mine < 100),
        Row("the report as a page: under 1.5 MB", f"{size:.2f} MB", "", size < 1.5),
    ]
    browser = find()
    if browser is None:
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched_browser = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = launched_browser.new_page(viewport={"width": 1280, "height": 900})
        painted, searching = [], []
        for _ in range(5):
            page.goto(PAGE.as_uri())
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
            painted.append(page.evaluate(PAINTED))
            searching.append(page.evaluate(SEARCHING))
        launched_browser.close()
    paint, search = statistics.median(painted), statistics.median(searching)
    return [
        *found,
        Row("first paint of the report from disk: under 1 s", f"{paint:.0f} ms", "", paint < 1000),
        Row("search in it as one types: under 50 ms", f"{search:.0f} ms", "", search < 50),
    ]
