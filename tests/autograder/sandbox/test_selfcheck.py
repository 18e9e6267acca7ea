"""The promises of the sandbox, tried out on this host."""

import pytest
from click.testing import CliRunner
from traitlets.config import Config

from autograder.cli import main
from autograder.sandbox import backends
from autograder.sandbox.selfcheck import PROMISES, Broken, NotHere, selfcheck_command
from autograder.sandbox.selfcheck.trial import trial

pytestmark = pytest.mark.slow
CONFIG = Config(Sandbox={"backend": "bubblewrap"})
ALONE = Config(Sandbox={"backend": "bubblewrap", "fork": False})


@pytest.fixture(scope="module")
def bubblewrap():
    missing = backends.what_is_missing()
    if missing is not None:
        pytest.fail(f"The sandbox cannot be tested. {missing}")


@pytest.fixture(scope="module", params=[CONFIG, ALONE], ids=["forked", "alone"])
def shared(request, bubblewrap):
    with trial(request.param) as room:
        yield room


@pytest.mark.parametrize(
    "promise",
    [pytest.param(each, id=each.name) for each in PROMISES if not each.own_kernel],
)
def test_promises_of_one_kernel(promise, shared):
    try:
        assert promise.attempt(shared)
    except NotHere as nothing:
        assert "GPU" in str(nothing) or (shared.guardian is None and "imports it" in str(nothing))


@pytest.mark.parametrize(
    "promise", [pytest.param(each, id=each.name) for each in PROMISES if each.own_kernel]
)
def test_promises_with_kernels_of_their_own(promise, bubblewrap):
    assert promise.attempt(CONFIG)


def test_nothing_passes_between_kernels_that_start_by_themselves(bubblewrap):
    (promise,) = [each for each in PROMISES if each.name.startswith("nothing passes")]
    assert promise.attempt(ALONE)


@pytest.mark.parametrize(
    "name",
    [
        "no network",
        "no file of this host",
        "the submission is a copy",
        "the grader and the hidden half",
        "no process of this host",
        "no privileges",
        "the disk is limited",
    ],
)
def test_an_attempt_succeeds_where_nothing_is_isolated(name, plain):
    """A promise that held even there would be a check that cannot fail."""
    (promise,) = [each for each in PROMISES if each.name.startswith(name)]
    with pytest.raises(Broken):
        promise.attempt(plain)


@pytest.mark.parametrize("name", ["nothing passes", "no kernel sees"])
def test_kernels_are_no_strangers_where_nothing_is_isolated(name):
    (promise,) = [each for each in PROMISES if each.name.startswith(name)]
    with pytest.raises(Broken, match=r"found:|reached:"):
        promise.attempt(Config(Sandbox={"backend": "process"}))


@pytest.fixture(scope="module")
def plain():
    with trial(Config(Sandbox={"backend": "process"})) as room:
        yield room


def test_the_exit_status_says_whether_all_hold(monkeypatch):
    findings = [selfcheck_command.Finding("one", "holds", "seen [x]", 0.1)]
    monkeypatch.setattr(selfcheck_command, "examine", lambda config: findings)
    done = CliRunner().invoke(main, ["selfcheck", "--backend", "process"])
    assert done.exit_code == 0 and "1 holds" in done.output and "[x]" in done.output
    findings.append(selfcheck_command.Finding("two", "broken", "", 0.1))
    done = CliRunner().invoke(main, ["selfcheck", "--backend", "process"])
    assert done.exit_code == 1 and "1 broken" in done.output
