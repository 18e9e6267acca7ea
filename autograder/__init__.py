"""The grader: turns instructor notebooks into student notebooks, and submissions into grades."""

import sys

# jsonschema, which nbformat needs, imports it for addresses with letters beyond ASCII. The schema
# of notebooks asks for none, and it builds a grammar for three seconds in every process.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
