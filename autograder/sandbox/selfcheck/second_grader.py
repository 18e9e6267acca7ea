"""A grader that is going to be killed.

python -m autograder.sandbox.selfcheck.second_grader '{"backend": "process"}'

Prints the mark of the processes that its student's kernel has started.
"""

from __future__ import annotations

import json
import sys
import time

from traitlets.config import Config

from autograder.sandbox.selfcheck.survivors import start_children
from autograder.sandbox.selfcheck.trial import trial

if __name__ == "__main__":
    with trial(Config(Sandbox=json.loads(sys.argv[1]))) as room:
        print(start_children(room), flush=True)
        time.sleep(600)
