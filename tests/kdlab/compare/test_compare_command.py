"""``python -m kdlab compare``: plan, resume, table, figure, and what it says when it cannot."""

from dataclasses import replace

import pytest
from scipy import stats

from kdlab.__main__ import main
from kdlab.compare import RECIPES, command, plot_methods
from kdlab.compare.plan import FEWEST_EPOCHS, Plan, keep_plan, make_plan
from kdlab.compare.run import Outcome
from kdlab.compare.store import store, stored
from kdlab.compare.summary import estimate, markdown, summarise
from kdlab.plots import figure_description
from labkit.errors import ConfigurationError


def outcome(method, seed, accuracy=0.5, **more):
    numbers = {"agreement": 0.6, "seconds_per_epoch": 1.0, "seconds": 9.0, "peak_bytes": 2_000_000}
    return Outcome(method, seed, accuracy, **{**numbers, "gradient_ratio": None, **more})


# -- statistics --------------------------------------------------------------------------------


def test_intervals_are_students():
    values = [0.61, 0.64, 0.6, 0.66]
    found = estimate(values)
    low, high = stats.t.interval(
        0.95, 3, loc=sum(values) / 4, scale=stats.sem(values)
    )
    assert found.mean == pytest.approx((low + high) / 2)
    assert found.half_width == pytest.approx((high - low) / 2)
    assert estimate([0.5]).half_width is None


def test_differences_are_paired_by_seed():
    runs = [outcome("cross_entropy", seed, 0.5 + seed / 10) for seed in range(3)]
    runs += [outcome("hint", seed, 0.52 + seed / 10) for seed in (0, 2)]
    baseline, hint = summarise(reversed(runs))
    assert baseline.difference is None and baseline.seeds == 3
    assert hint.difference.mean == pytest.approx(0.02)
    assert hint.difference.half_width == pytest.approx(0, abs=1e-12)  # the same with each seed
    assert hint.accuracy.half_width > 0.5  # though the accuracies spread


def test_the_table_has_a_line_for_each_method():
    runs = [outcome(name, seed, 0.5 + seed / 50, gradient_ratio=2.0)
            for name in RECIPES for seed in range(2)]  # fmt: skip
    text = markdown(summarise(runs), "about")
    assert [name for name in RECIPES if f"| {name} |" not in text] == []
    assert "51.0 ± 12.7" in text and "+0.0 ± 0.0" in text and text.endswith("about\n")


def test_the_figure_says_which_is_best():
    runs = [outcome("cross_entropy", 0), outcome("hint", 0, 0.6), outcome("cosine", 0, 0.4)]
    said = figure_description(plot_methods(summarise(runs)), language="en")
    assert "hint (+10.0 points)" in said and "cosine (-10.0 points)" in said


# -- plan and store ----------------------------------------------------------------------------


@pytest.fixture
def one_second(monkeypatch):
    monkeypatch.setattr("kdlab.compare.plan.seconds_per_epoch", lambda data: 1.0)


@pytest.mark.parametrize("budget", [5, 10, 30, 60, 600])
def test_a_plan_fits_its_budget(budget, one_second):
    plan = make_plan(list(RECIPES), None, 20, 3, budget)
    assert sum(plan.seconds(method) for method, _ in plan.runs()) <= 60 * budget
    assert plan.epochs >= FEWEST_EPOCHS or plan.seeds == 1
    assert plan.epochs <= 20 and plan.seeds <= 3


def test_without_a_budget_the_plan_is_what_was_asked_for(one_second):
    plan = make_plan(["cross_entropy", "hint"], None, 20, 2, None)
    assert (plan.epochs, plan.seeds) == (20, 2)
    first = [("cross_entropy", 0), ("hint", 0)]
    assert plan.runs() == [*first, *((method, 1) for method, _ in first)]


def test_a_comparison_goes_on_with_the_epochs_that_it_began_with(tmp_path):
    first, later = Plan(("hint",), 7, 3, 1.0), Plan(("cosine",), 5, 2, 1.3)
    assert keep_plan(first, tmp_path, "digest", 10) == first
    assert keep_plan(later, tmp_path, "digest", 10) == replace(later, epochs=7, seeds=3)
    more = replace(first, seeds=9)
    assert keep_plan(more, tmp_path, "digest", None) == more


@pytest.mark.parametrize(("epochs", "digest"), [(5, "digest"), (7, "another")])
def test_runs_that_cannot_be_compared_do_not_share_a_folder(tmp_path, epochs, digest):
    keep_plan(Plan(("hint",), 7, 3, 1.0), tmp_path, "digest", None)
    with pytest.raises(ConfigurationError, match="another --output"):
        keep_plan(Plan(("hint",), epochs, 3, 1.0), tmp_path, digest, None)


def test_runs_of_other_code_are_done_again(tmp_path, capsys, monkeypatch):
    store(outcome("hint", 0), tmp_path)
    monkeypatch.setattr("kdlab.compare.store.code_mark", lambda: "changed")
    assert stored(tmp_path, ["hint"], range(5)) == []
    assert "has changed" in capsys.readouterr().out


def test_runs_are_kept_and_a_damaged_one_is_done_again(tmp_path, capsys):
    for seed in range(3):
        store(outcome("hint", seed), tmp_path)
    (tmp_path / "runs" / "hint-1.json").write_text("{")
    assert [one.seed for one in stored(tmp_path, ["hint", "cosine"], range(5))] == [0, 2]
    assert "1 stored runs do not count, such as hint-1.json" in capsys.readouterr().out


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def done(small_data, teacher, monkeypatch):
    """The command on small images; which runs were made, and at which one it dies."""
    made = []

    def quick(method, setting, seed, tick):
        if done.dies_at == (method, seed):
            raise KeyboardInterrupt
        made.append((method, seed))
        tick(1.0)
        return outcome(method, seed)

    monkeypatch.setattr("kdlab.command_line.load_data", lambda *_, **__: small_data)
    monkeypatch.setattr(command, "load_teacher", lambda *_: teacher)
    monkeypatch.setattr(command, "run", quick)
    done.dies_at = None
    done.made = made
    return done


def call(tmp_path, *options):
    return main(["compare", "--output", str(tmp_path), *options])


def test_table_and_figure_are_written(done, tmp_path, capsys):
    assert call(tmp_path, "--methods", "hint,cosine", "--seeds", "2") == 0
    assert "| hint | features | 50.0 ± 0.0 |" in (tmp_path / "table.md").read_text("utf-8")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert [method for method, _ in done.made] == ["cross_entropy", "cosine", "hint"] * 2
    out = capsys.readouterr()
    assert "left" in out.out and out.err == ""


def test_an_interrupted_comparison_goes_on(done, tmp_path, capsys):
    done.dies_at = ("hint", 0)
    assert call(tmp_path, "--methods", "cosine", "hint", "--seeds", "2") == 130
    assert "goes on" in capsys.readouterr().err
    done.dies_at = None
    assert call(tmp_path, "--methods", "cosine", "hint", "--seeds", "2") == 0
    assert sorted(done.made) == sorted(set(done.made)) and len(done.made) == 6
    assert "2 of 6 runs were done before" in capsys.readouterr().out
    call(tmp_path, "--methods", "cosine", "hint", "--seeds", "2")
    assert len(done.made) == 6


def test_what_does_not_fit_into_the_budget_is_left_out_and_said(done, tmp_path, capsys):
    options = "--methods", "hint", "--seeds", "1", "--epochs", "3", "--budget", "0.0001"
    assert call(tmp_path, *options) == 2
    assert done.made == []
    said = capsys.readouterr()
    assert "Left out" in said.out and "larger --budget" in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--methods", "hints"], "Did you mean 'hint'"),
        (["--seeds", "0"], "--seeds 0"),
        (["--budget", "-1"], "--budget -1"),
    ],
)
def test_wrong_options_are_said(done, tmp_path, capsys, options, said):
    assert call(tmp_path, *options) == 2
    assert said in capsys.readouterr().err


def test_each_data_set_and_length_has_its_folder(small_data, tmp_path):
    def folder(**options):
        asked = {"budget": None, "epochs": None, "seeds": 3, **options}
        return command._folder(tmp_path, small_data, 20, type("Asked", (), asked)()).name

    names = [folder(), folder(budget=10), folder(budget=10, seeds=2)]
    assert len(set(names)) == 3 and all(name.startswith("small-0123456789ab-") for name in names)
