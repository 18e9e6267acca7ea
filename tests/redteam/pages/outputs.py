"""In outputs of the student's code, which may be any message at all."""

from __future__ import annotations

from pages.register import IMG, PIXEL, RUN, SVG, data, output

SNEAKY = f"1 src=x onerror={RUN}"

data("output-html", "html", "text/html", f"<script>{RUN}</script>", live=True)
data("output-html-event", "html", "text/html", IMG, live=True)
data("output-html-lines", "html", "text/html", [f"<b>x</b>{IMG[:9]}", IMG[9:]])
data("output-html-isolated", "html", "text/html", f"<script>{RUN}</script>", isolated=True)
data("output-javascript", "javascript", "application/javascript", RUN)
data("output-javascript-end", "javascript", "application/javascript", f"</script>{IMG}", live=True)
data("output-svg", "svg", "image/svg+xml", SVG)
data("output-svg-quote", "svg", "image/svg+xml", f'"><script>{RUN}</script>')
data("output-latex", "latex", "text/latex", f"${IMG}$")
data("output-latex-link", "latex", "text/latex", rf"$\href{{javascript:{RUN}}}{{x}}$")
data("output-markdown", "markdown", "text/markdown", f"**x** {IMG}", live=True)
data("output-markdown-link", "markdown", "text/markdown", f"[click](javascript:{RUN})")
data("output-widget", "widget", "application/vnd.jupyter.widget-view+json", {"model_id": IMG})
data("output-mermaid", "diagram", "text/vnd.mermaid", f"</pre>{IMG}")
data("output-pdf", "object", "application/pdf", f'" onerror="{RUN}')
data("output-other", "other", "application/vnd.x+json", {"a": IMG})
data("output-png-width", "attribute", "image/png", "AAAA", live=True, width=SNEAKY)
data("output-jpeg-height", "attribute", "image/jpeg", "AAAA", live=True, height=SNEAKY)
data("output-png-alt", "attribute", "image/png", PIXEL, alt=f'" onload="{RUN}')
data("output-png-data", "attribute", "image/png", f'x" onerror="{RUN}')
output("output-png-file", "attribute", data={"image/png": PIXEL},
       metadata={"filenames": {"image/png": f'/logout" onerror="{RUN}'}})  # fmt: skip
output("output-stream", "text", output_type="stream", name="stdout", text=f"\x1b[31m{IMG}\x1b[0m")
output("output-stream-name", "text", output_type="stream", name=IMG, text="x")
LINES = [f"\x1b[0;31m{IMG}\x1b]8;;javascript:{RUN}\x07x\x1b]8;;\x07", f"<a>{IMG}"]
output("output-error", "text", output_type="error", ename=IMG, evalue=IMG, traceback=LINES)
output("output-plain", "text", data={"text/plain": f"\x1b[1m{IMG}"})
output("output-plain-object", "invalid", data={"text/plain": {"a": IMG}, "text/html": 5})
output("output-count", "invalid", output_type="execute_result", execution_count=IMG,
       data={"text/plain": "x"})  # fmt: skip
output("output-pandas", "imitation", data={"text/plain": "4", "text/html":
       '<style>.x{}</style><table class="dataframe grader-result" style="position:fixed"><tr>'
       f'<td class="grader-full">4 / 4</td><td onclick="{RUN}">x</td></tr></table>'})  # fmt: skip
