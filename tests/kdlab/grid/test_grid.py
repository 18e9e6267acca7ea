"""``python -m kdlab grid``: the plan, a training, going on, what is refused and what is shipped."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from kdlab.__main__ import main
from kdlab.data.digits_m import DIGEST
from kdlab.grid import MEASURES, Grid, Row, load_grid
from kdlab.grid import command as gridding
from kdlab.grid.command import TEMPERATURES, WEIGHTS, train
from kdlab.grid.stored import GridError, Point, plan, store_grid
from kdlab.profiles import PROFILES
from kdlab.teachers import remember
from kdlab.teachers.shipped import shipped_for


def points(seeds=3):
    return list(plan(TEMPERATURES, WEIGHTS, range(seeds)))


def row(point, kl=3.0):
    seen = {"accuracy": 0.7, "agreement": 0.6, "kl": kl}
    return Row(*point.cell, point.seed, seen, seen)


def test_the_plan_has_both_blocks_and_the_student_without_a_teacher():
    found = points()
    assert len(set(found)) == len(found) == 3 * (1 + 15 + 15)
    taught = [each for each in found if each.T is not None]
    assert {each.T for each in taught} == {1, 2, 4, 8, 16}
    assert {each.soft_target_loss_weight for each in taught} == {0.1, 0.5, 0.9}
    tied = [each for each in taught if each.ce_loss_weight != 1]
    assert len(tied) == 45
    assert all(each.ce_loss_weight + each.soft_target_loss_weight == 1 for each in tied)
    assert next(each.T for each in found if each.seed == 1) is None


def test_what_is_stored_is_read_as_it_was(tmp_path):
    grid = Grid(
        {"data": "d", "digest": "x", "teacher": "t", "epochs": 2}, tuple(map(row, points(1)))
    )
    store_grid(grid, tmp_path / "grid.json")
    assert load_grid(tmp_path / "grid.json") == grid
    lines = (tmp_path / "grid.json").read_text("utf-8").splitlines()
    assert sum('"T"' in line for line in lines) == 31  # a line a training: a difference can be read


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"about": {}, "rows": []}', '{"rows": [{"T": 1}]}', "null"]
)
def test_a_damaged_file_is_said_with_what_to_do(tmp_path, text):
    (tmp_path / "grid.json").write_text(text)
    with pytest.raises(GridError, match=r"is no grid .*`make grid`"):
        load_grid(tmp_path / "grid.json")


def test_a_row_without_numbers_is_no_row(tmp_path):
    grid = Grid({"data": "d", "digest": "x", "teacher": "t", "epochs": 2}, (row(points(1)[0]),))
    store_grid(grid, tmp_path / "grid.json")
    plain = json.loads((tmp_path / "grid.json").read_text())
    plain["rows"][0]["validation"]["kl"] = "low"
    (tmp_path / "grid.json").write_text(json.dumps(plain))
    with pytest.raises(GridError, match="no numbers"):
        load_grid(tmp_path / "grid.json")


def test_a_training_follows_from_its_point(small_data, small_network):
    """The same again for the same seed; another for another temperature."""
    known = remember(small_network.eval(), small_data.train, small_data.validation, small_data.test)
    point = Point(4.0, 0.9, 0.1, 0)
    first, again, other = (
        train(each, small_data, known, 1) for each in (point, point, Point(1.0, 0.9, 0.1, 0))
    )
    assert first == again
    assert first.point == point and set(first.validation) == set(first.test) == set(MEASURES)
    assert first.validation["kl"] != other.validation["kl"]


@pytest.fixture
def quick(monkeypatch, small_data, small_network, tmp_path):
    """The command with small images and rows that take no time; gives the points it trained."""
    trained = []

    def train_quickly(point, *_):
        trained.append(point)
        return row(point)

    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr("kdlab.command_line.load_data", lambda *_, **__: small_data)
    monkeypatch.setattr(gridding, "load_teacher", lambda *_: small_network.eval())
    monkeypatch.setattr(gridding, "train", train_quickly)
    return trained


def test_it_goes_on_where_it_stopped(quick, tmp_path, capsys):
    path = tmp_path / "grid.json"
    assert main(["grid", "--seeds", "1", "--output", str(path)]) == 0
    assert quick == points(1)
    whole = load_grid(path)
    store_grid(Grid(whole.about, whole.rows[:30]), path)
    quick.clear()
    assert main(["grid", "--seeds", "2", "--output", str(path)]) == 0
    assert quick[-1].seed == 1 and len(quick) == 32 and whole.rows[30].point in quick
    assert "30 of 62 trainings are in" in capsys.readouterr().out
    assert {each.point for each in load_grid(path).rows} == set(points(2))


def test_after_its_minutes_it_begins_no_training(quick, tmp_path, capsys):
    arguments = ["grid", "--minutes", "1e-9", "--output", str(tmp_path / "grid.json")]
    assert main(arguments) == 0
    assert quick == [] and "93 are left" in capsys.readouterr().out


def test_it_does_not_mix_trainings_of_other_lengths(quick, tmp_path, capsys):
    path = str(tmp_path / "grid.json")
    assert main(["grid", "--seeds", "1", "--output", path]) == 0
    assert main(["grid", "--seeds", "1", "--epochs", "3", "--output", path]) == 2
    said = capsys.readouterr().err
    assert "'epochs': 20" in said and "'epochs': 3" in said and "--output" in said


@pytest.mark.parametrize("option", ["--seeds", "--epochs", "--minutes"])
def test_a_number_that_is_none_is_refused(quick, option, capsys):
    assert main(["grid", option, "-1"]) == 2
    assert f"{option} -1" in capsys.readouterr().err


def test_the_shipped_grid_is_of_the_fast_profile():
    grid = load_grid()
    assert grid.about["data"] == "digits-m" and DIGEST.startswith(grid.about["digest"])
    assert shipped_for("digits-m", DIGEST)
    assert grid.about["epochs"] == PROFILES["fast"].student_epochs
    assert len({each.point for each in grid.rows}) == len(grid.rows)
    assert {each.point for each in grid.rows} <= set(points())
    assert {each.cell for each in grid.rows if each.seed == 0} >= {
        each.cell for each in points(1) if each.T is None or each.ce_loss_weight < 1
    }
    for each in grid.rows:
        for seen in (each.validation, each.test):
            assert 0 < seen["accuracy"] < 1 and 0 < seen["agreement"] < 1 and seen["kl"] > 0
            assert abs(seen["accuracy"] * 2000 % 1) < 1e-6  # a share of 1,000 or 2,000 images


def test_the_numbers_in_the_mark_scheme_are_those_of_the_grid():
    """What an instructor marks by was measured."""
    path = Path(__file__).parents[3] / "solutions/lab2_soft_targets/lab2_soft_targets.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    (scheme,) = ["".join(c["source"]) for c in cells if c["id"] == "answer-2-w"]
    of = {each.cell: asdict(each)["validation"] for each in load_grid().rows if each.seed == 0}
    kl = ", ".join(f"{of[T, 0.9, 0.1]['kl']:.2f}" for T in TEMPERATURES)
    assert kl in scheme
    low, high = of[4.0, 0.1, 0.9], of[4.0, 0.9, 0.1]
    for name in ("accuracy", "agreement"):
        assert f"{name} {100 * low[name]:.1f} to {100 * high[name]:.1f} %" in scheme
    assert f"KL {low['kl']:.2f} to {high['kl']:.2f}" in scheme
    without = [each.validation["accuracy"] for each in load_grid().rows if each.T is None]
    assert f"{100 * without[0]:.1f} % and {100 * without[1]:.1f} %" in scheme
    T8, T16 = of[8.0, 0.9, 0.1], of[16.0, 0.9, 0.1]
    assert f"{100 * T8['accuracy']:.1f} against {100 * T16['accuracy']:.1f} %" in scheme
