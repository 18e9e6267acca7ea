"""In written answers."""

from __future__ import annotations

import base64
from html import escape

from pages.register import IMG, PIXEL, RUN, SVG, text

text("script", "script", f"Why?<script>{RUN}</script>", live=True)
text("script-in-a-word", "script", f"a <sCrIpT >{RUN}</ScRiPt > b", live=True)
text("img-onerror", "event", f"Because {IMG}", live=True)
text("img-slashes", "event", f'<img/src=x/onerror="{RUN}">')
text("body-onload", "event", f'<body onload="{RUN}">', live=True)
text("details-ontoggle", "event", f'<details open ontoggle="{RUN}">x</details>', live=True)
text("autofocus", "event", f'<input autofocus onfocus="{RUN}">', live=True)
text("video-source", "event", f'<video><source onerror="{RUN}"></video>', live=True)
text("in-a-table", "event", f"| a |\n|---|\n| {IMG} |", live=True)
text("in-a-heading", "event", f"# {IMG}", live=True)
text("in-a-list", "event", f"- one\n\n  {IMG}\n", live=True)
text(
    "animation",
    "event",
    f'<style>@keyframes x{{}}</style><b style="animation-name:x" onanimationstart="{RUN}">b</b>',
    live=True,
)
text("svg-onload", "svg", f"x {SVG}", live=True)
text(
    "svg-animate", "svg", f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>', live=True
)
text("svg-link", "svg", f'<svg><a xlink:href="javascript:{RUN}"><text y=20>t</text></a></svg>')
text("iframe-srcdoc", "iframe", f'<iframe srcdoc="<script>{RUN}</script>"></iframe>', live=True)
text("iframe-javascript", "iframe", f'<iframe src="javascript:{RUN}"></iframe>', live=True)
text("object-data", "object", f'<object data="data:text/html,<script>{RUN}</script>"></object>')
text("embed-svg", "object", '<embed src="evil.svg" type="image/svg+xml">')
text("link-javascript", "link", f'<a href="javascript:{RUN}">click</a>')
text("link-in-markdown", "link", "[click](javascript:top.pwned=1)")
text(
    "link-with-entities",
    "link",
    "[click](java&#115;cript:top.pwned=1) [b](&#1;javascript:top.pwned=1)",
)
text("link-with-a-tab", "link", f'<a href="java\tscript:{RUN}">click</a>')
text("autolink", "link", "<javascript:top.pwned=1>")
text("reference", "link", "[click][1]\n\n[1]: JaVaScRiPt:top.pwned=1 'title'")
text("link-data", "link", "[click](data:text/html;base64,PHNjcmlwdD50b3AucHduZWQ9MTwvc2NyaXB0Pg==)")
text("link-to-own-file", "link", "[click](evil.html) <a href=evil.html>again</a>")
text(
    "link-that-looks-whole", "link", "[click](http:evil.html) [b](https:evil.html) [c](//evil.html)"
)
text(
    "picture-that-logs-out",
    "request",
    '![x](/logout) <img src="/logout"> <img srcset="/logout 1x">',
)
text(
    "picture-from-elsewhere",
    "request",
    "![x](http://evil.example/a.png) <img src=//evil.example/b.png>",
)
text(
    "style-element",
    "style",
    "<style>body { display: none } @import '//evil.example/a.css';</style>",
)
text(
    "style-cover",
    "style",
    '<div style="position:fixed;inset:0;background:#fff;z-index:9999">full</div>',
)
text("stylesheet", "style", '<link rel=stylesheet href="//evil.example/a.css">')
text("meta-refresh", "page", '<meta http-equiv="refresh" content="0;url=/lab?pwned">', live=True)
text("base-href", "page", '<base href="//evil.example/"><a href="x">x</a>')
text("form", "page", '<form action="/hub/logout" method=post><input type=submit value=go></form>')
text(
    "clobber",
    "page",
    "<form id=statusmessage name=formgrader><input name=init></form><a id=MathJax>",
)
text("clobber-by-heading", "page", "# test-1-1\n\n# statusmessage\n\n# notebook")
text("template", "page", f"<div><template shadowrootmode=open>{IMG}</template></div>", live=True)
text("end-of-page", "page", f"</div></div></body></html>{IMG}", live=True)
text("comment", "comment", f"<!--> {IMG} -->", live=True)
text("comment-open", "comment", f"<!-- x --!> {IMG}", live=True)
text(
    "mathml",
    "mathml",
    f'<math><mtext href="javascript:{RUN}">x</mtext><mi>{IMG}</mi></math>',
    live=True,
)
text(
    "mutation-mglyph",
    "mutation",
    f"<form><math><mtext></form><form><mglyph><style></math>{IMG}</style></form>",
)
text(
    "mutation-table",
    "mutation",
    "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;/mglyph&gt;{escape(IMG)}">',
)
text(
    "mutation-noscript", "mutation", f"<noscript><p title='</noscript>{IMG}'></noscript>", live=True
)
text("mutation-svg-style", "mutation", f"<svg></p><style><a id='</style>{IMG}'>", live=True)
text("mutation-xmp", "mutation", f"<xmp><p title='</xmp>{IMG}'>", live=True)
text("mutation-title", "mutation", f"<title><a title='</title>{IMG}'>")
text("mutation-ticks", "mutation", f"<a title='`'>`</a>{IMG}", live=True)
text("mutation-entities", "mutation", f"&lt;img src=x onerror={RUN}&gt; &amp;lt;script&amp;gt;")
text("mutation-formula", "mutation", f"$x$<b title='$'>{IMG}</b>$y$", live=True)
text(
    "formula-link",
    "formula",
    rf"$\href{{javascript:{RUN}}}{{x}}$ and $\style{{position:fixed}}{{x}}$",
)
text(
    "formula-html",
    "formula",
    rf"$$\text{{{IMG}}}$$ and $a{IMG}b$ and $\class{{grader-result}}{{x}}$",
)
text("formula-environment", "formula", rf"\begin{{align}} \unknown{{{IMG}}} \end{{align}}")
text("mermaid", "diagram", f"```mermaid\n</pre>{IMG}\n```", live=True)
text("fence", "code", f'```python" onmouseover="{RUN}\nx = "</code></pre>{IMG}"\n```')
text("attached-svg", "attachment", "![x](attachment:x.svg)",
     **{"x.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}})  # fmt: skip
text("attached-type", "attachment", "![x](attachment:x.png)",
     **{"x.png": {f'image/png"onerror="{RUN}': PIXEL}})  # fmt: skip
text("attached-html", "attachment", "[x](attachment:x.png) ![x](attachment:x.png)",
     **{"x.png": {"text/html": base64.b64encode(IMG.encode()).decode()}})  # fmt: skip
text("attached-nothing", "attachment", "![x](attachment:none.png) ![y](attachment:empty.png)",
     **{"empty.png": {}})  # fmt: skip
text(
    "overview-of-the-grader",
    "imitation",
    '<section class="grader-overview"><h1>lab: 25 / 25</h1><table><tr class="grader-full"><td>'
    '<a href="#1-1" name="test-1-1">1-1</a></td><td>4 / 4</td></tr></table></section>'
    '</section></main><div id="test-1-1">1-1: 4 / 4</div><details class="lab" open>',
)
text(
    "table-of-the-grader",
    "imitation",
    '<div class="grader-result" id="r"><p><b>1-1: 4 / 4</b></p></div>',
)
