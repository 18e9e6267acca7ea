"""In a real browser: no error, no request, no cut-off text, and readable in light and dark."""

import json

import pytest
from click.testing import CliRunner

from autograder.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]

LEAST_CONTRAST = 4.5  # WCAG 2.1, AA, for text

#: The lowest contrast of any text of the page with what lies behind it, and that text.
CONTRAST = """
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
function parts(color) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}
function light(rgb) {
  const [r, g, b] = rgb.slice(0, 3).map(v => {
    v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const color = parts(getComputedStyle(each).backgroundColor);
    if (color[3] === 255) return color;
  }
  return [255, 255, 255, 255];
}
let worst = [99, ''];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode, element = text.parentElement;
  if (!text.data.trim() || ['STYLE', 'title'].includes(element.tagName)) continue;
  const style = getComputedStyle(element);
  const ink = parts(element instanceof SVGElement ? style.fill : style.color);
  const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
  const contrast = (a + 0.05) / (b + 0.05);
  if (contrast < worst[0]) worst = [contrast, text.data.trim()];
}
return worst;
"""
#: Elements that are wider than the window and not in a box that scrolls.
TOO_WIDE = """
return [...document.querySelectorAll('body *')].filter(each =>
  each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll')
).map(each => each.outerHTML.slice(0, 80));
"""


@pytest.fixture(scope="module")
def page(make_class, tmp_path_factory):
    """The report of a class of forty."""
    course = make_class(tmp_path_factory.mktemp("class"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.folder)
        run = CliRunner().invoke(main, ["report"])
    assert run.output == "report.html: 148 submissions\n"
    return (course.folder / "report.html").as_uri()


@pytest.fixture(params=["light", "dark"])
def opened(browser, page, request):
    """The page in the browser, in light and in dark."""
    media = [{"name": "prefers-color-scheme", "value": request.param}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    browser.get(page)
    return browser


def requests(browser):
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


def test_the_page_has_no_error_and_asks_for_nothing(opened, page):
    opened.get_log("performance")
    opened.get(page)
    assert opened.get_log("browser") == []
    assert [url for url in requests(opened) if url != page and not url.startswith("data:")] == []
    assert opened.title == "knowledge-distillation: report"  # no student's script has run


def test_every_text_can_be_read(opened):
    contrast, text = opened.execute_script(CONTRAST)
    assert contrast >= LEAST_CONTRAST, text


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_nothing_is_cut_off(opened, width):
    opened.set_window_size(width, 900)
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        assert opened.execute_script(TOO_WIDE) == []
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_drawing_has_words_and_content(opened):
    drawings = opened.find_elements("css selector", "svg")
    assert len(drawings) == 5 + 7 + 8  # scores, measures, times
    for drawing in drawings:
        assert drawing.get_attribute("aria-label")
        assert drawing.find_elements("css selector", "rect[class=bar], circle, path")
