"""What can go wrong in the grader, as a tree.

    AutograderError
    ├── GraderError                 the grader is at fault; never a reason for a zero
    │   ├── SubjectError            the course's declaration cannot be had
    │   ├── JobError                a submission cannot be executed, or not here
    │   ├── ExecutionError          no worker could execute a submission
    │   ├── StoreError              results cannot be read or written
    │   ├── NoReleaseError          there is no release to lay a submission onto
    │   ├── SandboxUnavailable      no kernel can be isolated as demanded, or not at that moment
    │   │   └── SandboxRefused      ... or never on this host
    │   ├── ReleaseError            a lab cannot be released
    │   ├── BundleError             a bundle cannot be made, or something leaked into it
    │   └── ExploreError            an explore notebook cannot be made
    ├── UnreadableNotebookError     a submitted file is no notebook
    ├── NotThisLabError             a submitted notebook is another lab's
    └── UsageError                  a command or a call was given something that does not exist

A command that ends with one of them prints it in one line and has its `exit_code`.

A student's fault is not an exception here: it is an outcome with points and a message.
"""

from __future__ import annotations

#: The exit code of a command that Ctrl-C ended, as shells have it: 128 and the signal's number.
INTERRUPTED = 130


class AutograderError(Exception):
    """Root of everything that ``autograder`` raises on purpose."""

    exit_code = 1


class GraderError(AutograderError):
    """The grader itself failed: the submission is ungraded, and the run goes on."""

    exit_code = 3


class UsageError(AutograderError, ValueError):
    """A command or a call was given something that does not exist."""

    exit_code = 2
