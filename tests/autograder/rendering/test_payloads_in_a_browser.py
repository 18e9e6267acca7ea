"""In a real browser, with the formgrader open: no payload runs, loads or changes anything.

The formgrader and the feedback show notebooks as stock nbgrader would have stored them, so that it
is their own wall that holds; nbconvert without any settings shows what this grader stores.
"""

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]

#: Clicks what a reader may click, then says what is to be seen of a payload.
TRACES = """
const root = document.querySelector('#notebook') || document.body;
for (const link of root.querySelectorAll('a')) {
  if (link.protocol !== 'http:' && link.protocol !== 'https:' || link.host === location.host) {
    link.target = ''; link.click();
  }
}
for (const summary of root.querySelectorAll('summary')) summary.click();
const foreign = 'script,iframe,object,embed,form,input:not(.score,.extra-credit),base,meta,link,'
  + 'svg,template,video,audio,style,[style*=position],[srcset]';
return {
  ran: top.pwned, title: document.title === 'pwned', base: document.baseURI === location.href,
  tables: document.querySelectorAll('.grader-result').length,
  overviews: root.querySelectorAll('.grader-overview, .grader-full:not(.grader-result *)').length,
  elements: [...root.querySelectorAll(foreign)].map(each => each.outerHTML.slice(0, 150)),
  handlers: [...root.querySelectorAll('*')].flatMap(each => [...each.attributes])
    .filter(each => each.name.startsWith('on')).map(each => each.name + each.value.slice(0, 80)),
  ids: [...root.querySelectorAll('.text_cell_render [id], .output_area [id]')].map(each => each.id),
  shown: root.innerText.length > 0 && getComputedStyle(document.body).display !== 'none',
};
"""
NOTHING = {
    "ran": None, "title": False, "base": True, "tables": 1, "overviews": 0, "elements": [],
    "handlers": [], "ids": [], "shown": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def students(page_class, payloads, executed, graded):
    """One with all cells, one for each other payload: names, and ids of their submissions."""
    valid = [payload for payload in payloads if payload.kind != "invalid"]
    cells = executed(*(payload for payload in valid if payload.cell))
    page_class.add("cells", graded(cells, defuse=False))
    for payload in valid:
        if not payload.cell:
            notebook = graded(executed(payload), defuse=False)
            page_class.add(payload.name, notebook, **payload.names)
    return page_class.submissions()


@pytest.fixture(scope="module")
def opened(browser, serve, page_class):
    """The browser, logged in as the instructor to a Jupyter server in the course's folder."""
    server = serve(page_class.root)
    browser.get(f"{server.address}/api/status?token={server.token}")
    return browser, server.address


def traces(browser, address):
    """What is to be seen after a page was opened and its links were clicked."""
    browser.get_log("performance")
    browser.get(address)
    browser.execute_async_script("setTimeout(arguments[0], 60)")
    found = browser.execute_script(TRACES)
    browser.execute_async_script("setTimeout(arguments[0], 60)")
    moved = [] if browser.current_url.split("#")[0] == address else [browser.current_url]
    return {**found, "ran": browser.execute_script("return top.pwned || null")}, moved


def asked(browser):
    """The addresses that were asked for."""
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


def is_foreign(url, address):
    """Whether a page had no reason of its own to ask for this."""
    own = (f"{address}/formgrader/", f"{address}/static/", f"{address}/favicon")
    inner = url.startswith(own) and "evil" not in url
    return not (inner or url.startswith(("data:image/", "file:", "https://cdnjs.cloudflare.com/")))


def test_nothing_runs_in_the_formgrader(opened, students, page_class):
    browser, address = opened
    for name, submission in students.items():
        page = f"{address}/formgrader/submissions/{submission}/"
        found, moved = traces(browser, page)
        assert (name, found, moved) == (name, NOTHING, [])
        assert [url for url in asked(browser) if is_foreign(url, address)] == []
        kind = browser.execute_script("return formgrader instanceof FormGrader")
        assert kind, f"{name}: the formgrader's own script was disturbed"
    assert not list(page_class.root.rglob("pwned*"))


def test_nothing_runs_in_feedback(browser, students, page_class):
    pages = page_class.write_feedback()
    assert set(pages) >= set(students)
    for name in students:
        browser.get_log("browser")
        found, moved = traces(browser, pages[name].as_uri())
        assert (name, found, moved) == (name, NOTHING, [])
        assert not [url for url in asked(browser) if not url.startswith(("file:", "data:image/"))]
        refused = [entry["message"] for entry in browser.get_log("browser")]
        assert not refused, refused  # nothing on the page even tries


def test_nothing_runs_in_a_page_of_nbconvert(
    browser, payloads, executed, graded, stock_page, tmp_path
):
    joint = [payload for payload in payloads if payload.cell]
    for number, group in enumerate([joint, *([each] for each in payloads if not each.cell)]):
        page = tmp_path / f"{number}.html"
        notebook = graded(executed(*group), tmp_path)
        page.write_text(stock_page(notebook, "basic" if number else "lab"), "utf-8")
        found, moved = traces(browser, page.as_uri())
        assert (found["ran"], found["title"], moved) == (None, False, []), group[-1].name
        assert found["handlers"] == []


def test_the_payloads_are_alive(browser, payloads, executed, stock_page, tmp_path):
    """Without a wall they do run, so that the tests above would see it."""
    dead = []
    for payload in payloads:
        if payload.live:
            page = tmp_path / f"{payload.name}.html"
            page.write_text(stock_page(executed(payload), "basic"), "utf-8")
            browser.get(page.as_uri())
            browser.execute_async_script("setTimeout(arguments[0], 60)")
            ran = browser.execute_script("return top.pwned || null")
            if not ran and browser.current_url == page.as_uri():
                dead.append(payload.name)
    assert not dead, dead


def test_there_are_enough_of_them(payloads):
    assert len({payload.name for payload in payloads}) == len(payloads) >= 100
    assert len({payload.kind for payload in payloads}) >= 25
