"""The block of a self-check where students see it: in a notebook, in light and dark, on a phone."""

import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]

CELLS = (
    "import kdlab\nfrom torch.nn import functional as F",
    'def mse(x, y):\n    return F.l1_loss(x, y)\n\nkdlab.check("4-1")',
    'def mse(x, y):\n    raise ValueError("<img src=x onerror=document.title=1>")\n\n'
    'kdlab.check("4-1")',
    "kdlab.progress()",
    'kdlab.example("4-1")',
)
#: Elements that are wider than the window.
TOO_WIDE = """
return [...document.querySelectorAll('div[lang], div[lang] *')].filter(each =>
  each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 80));
"""
#: The lightness of the text of a block, and of the page.
LIGHTNESS = """
const of = (element, name) => getComputedStyle(element)[name].match(/[0-9.]+/g).map(Number)[0];
return [of(document.querySelector('div[lang] b'), 'color'), of(document.body, 'backgroundColor')];
"""


@pytest.fixture(scope="module")
def executed():
    """The notebook with its outputs, from a real kernel."""
    made = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
    NotebookClient(made, timeout=120, kernel_name="python3").execute()
    return made


@pytest.fixture(params=["light", "dark"])
def opened(browser, executed, request, tmp_path):
    """The notebook as a page of JupyterLab's own colours, as wide as a phone."""
    page = tmp_path / "notebook.html"
    page.write_text(HTMLExporter(theme=request.param).from_notebook_node(executed)[0], "utf-8")
    metrics = {"width": 400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page.as_uri())
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_kernel_shows_one_output_with_a_page_and_its_text(executed):
    for cell in executed.cells[1:4]:
        (output,) = cell.outputs
        assert output.output_type == "display_data"
        assert output.data.keys() == {"text/plain", "text/html"}
    assert executed.cells[1].outputs[0].data["text/plain"].startswith("✗ 4-1")


def test_the_block_can_be_read_and_nothing_of_a_student_runs(opened):
    text, page = opened.execute_script(LIGHTNESS)
    assert abs(text - page) > 150
    assert opened.execute_script(TOO_WIDE) == []
    assert opened.title != "1"
    assert opened.find_elements("css selector", "img[src=x]") == []
    folds = opened.find_elements("css selector", "div[lang=ko] > details")
    shown = [fold.find_elements("css selector", "div")[0].is_displayed() for fold in folds]
    assert folds and not any(shown)
    folds[0].find_element("css selector", "summary").click()
    assert folds[0].find_elements("css selector", "div")[0].is_displayed()
