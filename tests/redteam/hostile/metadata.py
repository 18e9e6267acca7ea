"""Attacks on the notebook's metadata: tags, points, types, and cells in the place of others."""

import copy

from hostile.register import attack

GROUP = "metadata"


def each_test(change):
    """A change to every graded cell."""

    def apply(notebook):
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                change(cell)

    return apply


def without_tests(notebook):
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]


def shadowed_test(notebook):
    tests = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    fake = copy.deepcopy(tests[0])
    fake.source = "3.0"
    fake.pop("id", None)
    fake.id = "0" * 8
    notebook.cells.append(fake)


attack(GROUP, "skips-the-tests", "tag that skips @ test cells", change=each_test(
    lambda c: c.metadata.update(tags=["skip-execution"])))  # fmt: skip
attack(GROUP, "expects-exceptions", "tag that expects errors @ test cells", change=each_test(
    lambda c: c.metadata.update(tags=["raises-exception"])))  # fmt: skip
attack(GROUP, "a-hundred-points", "more points @ test cells", change=each_test(
    lambda c: c.metadata.nbgrader.update(points=100)))  # fmt: skip
attack(GROUP, "no-points-to-lose", "no points @ test cells", change=each_test(
    lambda c: c.metadata.nbgrader.update(points=0)))  # fmt: skip
attack(GROUP, "not-graded-please", "not graded @ test cells", change=each_test(
    lambda c: c.metadata.nbgrader.update(grade=False)))  # fmt: skip
attack(GROUP, "its-own-tests", "source replaced @ test cells", change=each_test(
    lambda c: c.update(source="3.0")))  # fmt: skip
attack(GROUP, "tests-as-answers", "made an answer @ test cells", change=each_test(
    lambda c: c.metadata.nbgrader.update(solution=True, locked=False)))  # fmt: skip
attack(GROUP, "tests-as-text", "retyped @ test cells", change=each_test(
    lambda c: c.update(cell_type="raw")))  # fmt: skip
attack(GROUP, "no-tests", "deleted @ test cells", change=without_tests)
attack(GROUP, "a-second-test", "duplicated @ test cells", change=shadowed_test)
attack(GROUP, "another-kernel", "another kernel @ notebook metadata",
       change=lambda nb: nb.metadata.update(
    kernelspec={"name": "python3", "display_name": "x", "language": "bash"}))  # fmt: skip
attack(GROUP, "an-output-with-points", "forged score @ stored outputs",
       change=each_test(lambda c: c.update(outputs=[
    {"output_type": "execute_result", "execution_count": 1, "metadata": {},
     "data": {"text/plain": "3.0"}}])))  # fmt: skip
