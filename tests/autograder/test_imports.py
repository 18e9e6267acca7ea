"""What the grader's commands do not wait for."""

import subprocess
import sys


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_grammar_of_addresses_is_not_built():
    code = (
        "import autograder.notebooks, nbformat, sys\n"
        "nbformat.validate(nbformat.v4.new_notebook())\n"
        "print('rfc3987_syntax.syntax_helpers' in sys.modules)"
    )
    assert python(code) == "False"


def test_who_has_it_already_keeps_it():
    code = (
        "import sys, types\n"
        "sys.modules['rfc3987_syntax'] = kept = types.ModuleType('rfc3987_syntax')\n"
        "import autograder\n"
        "print(sys.modules['rfc3987_syntax'] is kept)"
    )
    assert python(code) == "True"
