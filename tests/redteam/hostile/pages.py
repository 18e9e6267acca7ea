"""Attacks on whoever looks at the pages: script, markup and pictures in all places of a notebook.

What is shown must do nothing, which tests with a browser look at; here they must cost nobody a run,
and nobody points.
"""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from small_lab import named

from hostile.register import attack

GROUP = "pages"
SCRIPT = "<script>parent.document.title='owned'</script>"


def written(name, where, text):
    """Register a written answer."""

    def change(notebook):
        named(notebook, "2-w").source = text

    attack(GROUP, name, where, change=change)


def shown(name, where, code):
    """Register what an own cell shows."""
    attack(GROUP, name, where, "from IPython.display import *\n" + code.strip())


written("a-script", "script @ written answer", f"It shows more.\n\n{SCRIPT}")
written("an-event", "event handler @ written answer", "<img src=x onerror=alert(1)> $a<b$")
written("a-drawing", "script in SVG @ written answer",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>")  # fmt: skip
written("a-page-in-a-page", "frame @ written answer",
        '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>')  # fmt: skip
written("a-link-that-runs", "link with script @ written answer",
        "[more](javascript:alert(1)) [x](data:text/html;base64,PHNjcmlwdD4=) <base href=//x>")
written("a-table-of-results", "imitated result table @ written answer",
        "</div></div><table class='kdlab'><tr><td>2-1</td><td>3 / 3</td></tr></table>")
written("a-style-for-all", "style @ written answer",
        "<style>.score{display:none}</style><form action=/hub><input name=token></form>")
written("a-megabyte-of-brackets", "slow to render @ written answer",
        "[" * 20_000 + "*a_" * 20_000 + ">" * 2_000)  # fmt: skip
written("a-formula-with-a-script", "script @ formula",
        r"$$\href{javascript:alert(1)}{x} \def\a{\a\a}\a$$ $\unicode{x3cscript}$")  # fmt: skip
shown("an-output-of-html", "script @ HTML output", f'display(HTML("{SCRIPT}"))')
shown("an-output-of-javascript", "script @ JavaScript output", 'display(Javascript("alert(1)"))')
shown("an-output-of-svg", "script @ SVG output", """
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"))""")
shown("an-output-of-markdown", "script @ Markdown output", f"""
display(Markdown("{SCRIPT} [x](javascript:alert(1))"), Latex("$\\\\href{{javascript:x}}{{x}}$"))""")
shown("a-picture-that-is-none", "script @ picture output", f"""
display({{"image/png": '"><svg onload=alert(1)>', "image/svg+xml": "{SCRIPT}"}}, raw=True)""")
shown("a-widget", "script @ widget output", """
display({"application/vnd.jupyter.widget-view+json": {"model_id": "<script>", "version_major": 2},
         "application/vnd.bokehjs_exec.v0+json": "x", "text/html": "<b onclick=alert(1)>"},
        raw=True)""")
shown("colours-for-a-terminal", "escapes @ stream output", r"""
print("\x1b]8;;javascript:alert(1)\x07x\x1b[2J\x1b[31m" + "<script>" + "\r\b" * 100)""")
shown("an-error-with-markup", "script @ traceback",
      'raise type("<script>", (Exception,), {})("<b>")')
attack(GROUP, "an-attachment-that-is-a-page", "script @ attachment",
       change=lambda nb: nb.cells.append(new_markdown_cell(
           "![x](attachment:a.svg)", attachments={
               "a.svg": {"image/svg+xml": SCRIPT}, "b": {"text/html": SCRIPT}})))  # fmt: skip
attack(GROUP, "raw-cells-for-a-page", "script @ raw cell",
       change=lambda nb: nb.cells.append(new_raw_cell(SCRIPT, metadata={
           "format": "text/html", "raw_mimetype": "text/html"})))  # fmt: skip
attack(GROUP, "outputs-from-home", "script @ stored outputs",
       change=lambda nb: nb.cells.append(new_code_cell("x = 1", outputs=[
           new_output("display_data", data={"text/html": SCRIPT})])))  # fmt: skip
attack(GROUP, "metadata-for-a-page", "script @ notebook metadata",
       change=lambda nb: nb.metadata.update(
           title=SCRIPT, authors=[{"name": SCRIPT}], widgets={
               "application/vnd.jupyter.widget-state+json": {"state": {"a": SCRIPT}}}))
