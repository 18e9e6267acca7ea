"""In a real browser: an honest notebook shows the same words and pictures as it did before."""

import base64

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]

TEXT = r"""
## 왜 그런가요?
If $a<b$ then $T^2 \cdot \frac{1}{T^2} = 1$, and **not** `a<b>`:

$$\mathcal{L} = \sum_i p_i \log \frac{p_i}{q_i}$$

| 온도 | loss |
|:-----|-----:|
| $T=1$ | 0.5 |

1. one <b>bold</b> &amp; x < y
   - two, <https://example.org>

> quoted

```python
def f(x):
    return x < 1 and "<script>"
```
![pasted](attachment:plot.png) ![beside](<my plot.png>)
"""
TABLE = """<style scoped>.dataframe td {color: red}</style><table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th>accuracy</th></tr></thead>
<tbody><tr><th>0</th><td>&lt;b&gt; 0.5</td></tr></tbody></table>"""
#: Words, with a sign for each formula and without what the pages put around cells; pictures.
SEEN = """
const root = document.querySelector('#notebook');
const left = ".anchor-link, .grader-result, .panel-heading, .prompt, details.lab > summary";
for (const each of root.querySelectorAll('details')) each.open = true;
for (const each of root.querySelectorAll(left)) each.remove();
for (const each of root.querySelectorAll('math')) each.replaceWith('∎');
const words = root.innerText.replace(/\\$\\$[^$]+\\$\\$|\\$[^$]+\\$/g, '∎').split(/\\s+/).join(' ');
const pictures = [...root.querySelectorAll('img')].map(
  each => [each.complete && each.naturalWidth, each.alt, each.width]);
return [words, pictures];
"""


@pytest.fixture(scope="module")
def picture():
    """A PNG of some size."""
    from io import BytesIO

    from PIL import Image

    stream = BytesIO()
    Image.new("RGB", (40, 30), "#0072b2").save(stream, "png")
    return stream.getvalue()


@pytest.fixture(scope="module")
def honest(executed, picture):
    """An honest notebook with everything that the labs and most students show."""
    data = base64.b64encode(picture).decode()
    notebook = executed()
    pasted = {"plot.png": {"image/png": data}}
    figure = {"image/png": data, "text/plain": "<Figure>"}
    about = {"image/png": {"width": 80, "alt": "그림: accuracy는 0.5 < 0.6입니다."}}
    outputs = [
        new_output("stream", text="epoch 1 \x1b[32mok\x1b[0m <b>\n"),
        new_output("display_data", data=figure, metadata=about),
        new_output("display_data", data={"text/html": TABLE, "text/plain": "x"}),
        new_output("display_data", data={"text/markdown": "**md** $x$", "text/plain": "x"}),
        new_output("display_data", data={"text/latex": "$x^2$", "text/plain": "x**2"}),
        new_output("error", ename="ValueError", evalue="<b>",
                   traceback=["\x1b[0;31mValueError\x1b[0m: a < b"]),
        new_output("execute_result", data={"text/plain": "tensor([1.])"}, execution_count=3),
    ]  # fmt: skip
    notebook.cells += [
        new_markdown_cell(TEXT, id="text", attachments=pasted),
        new_code_cell("show()", id="code", execution_count=3, outputs=outputs),
    ]
    return notebook


def seen(browser, page):
    browser.get(page.as_uri())
    return browser.execute_script(SEEN)


def test_it_shows_the_same_words_and_pictures(
    browser, page_class, honest, picture, graded, stock_page, tmp_path
):
    (tmp_path / "my plot.png").write_bytes(picture)
    page_class.add("honest", graded(honest, tmp_path))
    before = tmp_path / "before.html"
    before.write_text(stock_page(graded(honest, defuse=False), "classic"), "utf-8")
    after = page_class.write_feedback()["honest"]
    old, new = seen(browser, before), seen(browser, after)
    assert old[0].count("∎") == 6
    assert "1-1: 4 / 4" in after.read_text("utf-8")
    assert new[0] == old[0].replace("# 1-1 · 4 points / 4점 ", "")  # its heading says so
    assert new[1] == old[1]
    assert [picture[0] for picture in new[1]] == [40, 40, 40]
    assert ("그림: accuracy는 0.5 < 0.6입니다.", 80) in [tuple(each[1:]) for each in new[1]]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_fits_and_its_formulas_are_drawn(browser, page_class, honest, look, width):
    page = page_class.write_feedback()["honest"]
    media = [{"name": "prefers-color-scheme", "value": look}]
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.get(page.as_uri())
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        heights = browser.execute_script(
            "return [...document.querySelectorAll('math')].map(each => each.clientHeight)"
        )
        mark = browser.execute_script(
            "return getComputedStyle(document.querySelector('.grader-result'), '::before').content"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert wide <= width
    assert heights and min(heights) > 5
    assert "Written by the grader" in mark
