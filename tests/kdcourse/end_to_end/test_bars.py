"""Which bars count: those of this teacher and schedule, wider if measured elsewhere."""

import json
import shutil
from dataclasses import replace

import pytest

from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.record import Schedule
from kdcourse.end_to_end.thresholds import (
    ELSEWHERE,
    FOLDER,
    Bar,
    BarsError,
    Circumstances,
    bars_path,
    load_bars,
)
from kdlab.teachers.shipped import SHIPPED

HERE = Circumstances("x", "cpu", "float32", "of a teacher")
BAR = Bar(True, 3, 0.5, 0.1, 0.4, 0.001)
RECORD = records()["2-e"]


def write(folder, device="cpu", record=RECORD, **changes):
    content = {
        "teacher": HERE.teacher,
        "precision": HERE.precision,
        "schedule": {record.id: record.trained_by("x")},
        "bars": {record.id: {"accuracy": vars(BAR)}},
    }
    path = bars_path(record.bars, "x", device, folder)
    path.write_text(json.dumps(content | changes))
    return path


def test_they_are_read_by_exercise(tmp_path):
    assert load_bars(RECORD, HERE, tmp_path) == {}
    write(tmp_path)
    assert load_bars(RECORD, HERE, tmp_path) == {"accuracy": BAR}
    assert load_bars(records()["3-e"], HERE, tmp_path) == {}
    assert load_bars(RECORD, replace(HERE, data="y"), tmp_path) == {}


def test_no_colon_is_in_the_name_of_a_file(tmp_path):
    assert ":" not in bars_path("lab1", "folder:x", "cpu", tmp_path).name


def test_bars_of_another_teacher_are_none(tmp_path):
    write(tmp_path, teacher="of another")
    assert load_bars(RECORD, HERE, tmp_path) == {}


def test_where_no_teacher_is_asked_any_will_do(tmp_path):
    alone = records()["1-e"]
    write(tmp_path, record=alone, teacher="of another")
    assert load_bars(alone, HERE, tmp_path) == {"accuracy": BAR}


@pytest.mark.parametrize("field", ["epochs", "warm_up", "rate"])
def test_bars_of_another_schedule_are_none(tmp_path, field):
    write(tmp_path, schedule={RECORD.id: {**RECORD.trained_by("x"), field: 0.123}})
    assert load_bars(RECORD, HERE, tmp_path) == {}


def test_a_schedule_of_the_data_sets_own_counts(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setitem(RECORD.own_schedules, "x", Schedule(epochs=99))
    assert load_bars(RECORD, HERE, tmp_path) == {}


@pytest.mark.parametrize("higher", [True, False])
def test_what_was_measured_on_another_device_is_wider(tmp_path, higher):
    bar = replace(BAR, higher_is_better=higher)
    write(tmp_path, device="cuda", bars={RECORD.id: {"kl": vars(bar)}})
    (found,) = load_bars(RECORD, HERE, tmp_path).values()
    sign = -1 if higher else 1
    assert found.threshold == pytest.approx(bar.threshold + sign * ELSEWHERE * bar.spread)
    assert found.passes(bar.threshold)


def test_what_was_measured_in_another_precision_is_wider(tmp_path):
    write(tmp_path, precision="bfloat16")
    (found,) = load_bars(RECORD, HERE, tmp_path).values()
    assert found.threshold == pytest.approx(0.35)


def test_what_one_device_lacks_comes_from_the_other(tmp_path):
    write(tmp_path)
    write(tmp_path, device="cuda", bars={RECORD.id: {"accuracy": vars(BAR), "kl": vars(BAR)}})
    found = load_bars(RECORD, HERE, tmp_path)
    assert found == {"accuracy": BAR, "kl": BAR.wider(ELSEWHERE)}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"bars": 3, "schedule": 4}',
        "\x00",
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_a_damaged_file_is_named_with_the_command(tmp_path, content):
    path = write(tmp_path)
    path.write_text(content)
    with pytest.raises(BarsError, match="autograder calibrate --dataset x --device cpu") as caught:
        load_bars(RECORD, HERE, tmp_path)
    assert str(path) in str(caught.value)


def test_a_bar_with_other_fields_is_damaged(tmp_path):
    write(tmp_path, bars={RECORD.id: {"accuracy": {**vars(BAR), "kind": 1}}})
    with pytest.raises(BarsError):
        load_bars(RECORD, HERE, tmp_path)


def test_what_is_cut_anywhere_never_passes_for_bars(tmp_path):
    """Of a stored file, each beginning is damaged."""
    name = bars_path("lab2", "digits-m", "cpu").name
    whole = (FOLDER / name).read_text()
    here = replace(HERE, data="digits-m", teacher=SHIPPED[0].sha256)
    shutil.copy(FOLDER / name, tmp_path)
    assert load_bars(RECORD, here, tmp_path)
    for length in range(0, len(whole.rstrip()), 997):
        (tmp_path / name).write_text(whole[:length])
        with pytest.raises(BarsError):
            load_bars(RECORD, here, tmp_path)
