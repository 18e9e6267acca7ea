"""Each exercise of each lab, broken in every way: no network is measured that was not trained.

The cells of a notebook are executed in this process, on a few images and with an untrained teacher;
what draws is replaced. So a notebook takes a second, and every measuring can be watched.
"""

import linecache
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import MagicMock

import pytest
import torch
from IPython.core.inputtransformer2 import TransformerManager

import kdlab
from autograder.notebooks import grade_id, is_graded_code, is_solution
from kdlab import evaluation, runtime
from kdlab.lab import Lab
from kdlab.models import TeacherCNN
from labkit.selfcheck import public_sheets


def stub(*given, **named):
    raise NotImplementedError("1-1: write your code here / 여기에 코드를 쓰세요")


def raises(*given, **named):
    raise ValueError("broken")


def nothing(*given, **named):
    return None


def late(answer):
    """Right at first, and broken in the middle of a training."""
    calls = []

    def broken(*given, **named):
        calls.append(1)
        return answer(*given, **named) if len(calls) < 2 else raises()

    return broken


WAYS = {"stub": lambda answer: stub, "raises": lambda answer: raises,
        "nothing": lambda answer: nothing, "late": late}  # fmt: skip


class Watch:
    """Which networks were trained to the end, and which were measured."""

    def __init__(self):
        self.training, self.trained, self.measured = [], [], []

    def put_around(self, monkeypatch):
        fit, look = Lab.fit, evaluation.evaluating

        def watched_fit(lab, step, model, *given, **named):
            self.training.append(model)
            try:
                history = fit(lab, step, model, *given, **named)
            finally:
                self.training.pop()
            self.trained.append(model)
            return history

        @contextmanager
        def watched_look(*models):
            if not self.training:
                self.measured.extend(getattr(model, "teacher", model) for model in models)
            with look(*models):
                yield

        monkeypatch.setattr(Lab, "fit", watched_fit)
        for module in ("evaluation", "results"):
            monkeypatch.setattr(f"kdlab.{module}.evaluating", watched_look)

    def false(self, names):
        """Networks that were measured, may learn, were not trained, and are not said to be so."""
        honest = [*self.trained, names.get("untrained")]
        return [
            network
            for network in self.measured
            if any(parameter.requires_grad for parameter in network.parameters())
            and not any(network is each for each in honest)
        ]


@pytest.fixture
def walk(monkeypatch, small_data, tmp_path, lab, solution):
    """Runs a lab's cells with some exercises broken; gives its names and what was watched."""
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    few = {name: getattr(small_data, name).subset(8) for name in ("train", "validation", "test")}
    data = replace(small_data, **few)
    monkeypatch.setattr(runtime, "load_data", lambda *given, **named: data)
    for place in ("labkit.blocks._MADE", "labkit.blocks._UNMADE"):
        monkeypatch.setattr(place, {})
    teacher = TeacherCNN(4).eval().requires_grad_(False)
    monkeypatch.setattr("kdlab.lab.load_teacher", lambda *given, **named: teacher)
    watch = Watch()
    watch.put_around(monkeypatch)

    def run(broken=()):
        names = {"__name__": "__main__", "kdlab": kdlab}
        for number, cell in enumerate(solution.cells):
            if cell.cell_type != "code" or is_graded_code(cell) or "kdlab.check(" in cell.source:
                continue
            source = cell.source
            if 'kdlab.setup("' in source:
                source = source[source.index("\n\nimport ", source.index("find_spec")) :]
                source = source.replace("language=LANGUAGE", 'language="en"')
                source = source.replace("drive=DRIVE", "drive=False")
            run_cell(TransformerManager().transform_cell(source), number, names)
            names["plots"] = MagicMock()
            if is_solution(cell):
                name = public_sheets("kdlab", lab)[grade_id(cell)].name
                if grade_id(cell) in broken:
                    spoil(names, name, WAYS[broken[grade_id(cell)]])
        return names, watch

    yield run
    kdlab.set_language("both")


def run_cell(source, number, names):
    file = f"/tmp/ipykernel_1/{number}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)


def spoil(names, name, way):
    if isinstance(names[name], type):
        names[name].forward = way(names[name].forward)
    else:
        names[name] = way(names[name])


def exercises(lab):
    return tuple(public_sheets("kdlab", lab))


def test_untouched_it_stores_no_result_of_a_student_that_needs_an_answer(walk, lab, capsys):
    names, watch = walk(dict.fromkeys(exercises(lab), "stub"))
    assert watch.false(names) == []
    stored = {each.name for each in names["lab"].results()}
    # Lab 1's student is the exercise; the later labs train one without a teacher by themselves.
    assert stored == {"teacher"} | ({"student, CE"} if lab != "lab1_baseline" else set())
    said = capsys.readouterr().out
    assert "This cell runs once exercise" in said
    assert "raised an error" not in said


@pytest.mark.parametrize("way", [way for way in WAYS if way != "stub"])
@pytest.mark.parametrize("place", range(4))
def test_with_one_exercise_broken_no_network_is_measured_that_was_not_trained(
    walk, lab, place, way
):
    if place >= len(exercises(lab)):
        pytest.skip("this lab has fewer exercises")
    names, watch = walk({exercises(lab)[place]: way})
    assert watch.false(names) == []


def test_whole_it_measures_every_network(walk):
    names, watch = walk()
    assert watch.false(names) == []
    assert any(each.name.startswith("student") for each in names["lab"].results())
    assert torch.tensor([each.accuracy for each in names["lab"].results()]).isfinite().all()
