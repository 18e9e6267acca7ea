"""Numbers of trained networks, kept for the later labs."""

import pytest
import torch
from safetensors.torch import save
from torch import nn

from kdlab.evaluation import accuracy, predict
from kdlab.results import Result, ask, measure, store_result, stored_results

RESULT = Result("student, CE", "lab1_baseline", 0.7, 267_738, 1_071_500, 0.05, 0.69)


def test_a_network_is_measured(small_data, small_network):
    asked = ask(small_network, small_data.test)
    result = measure("x", "lab1_baseline", asked, small_data, teacher=small_network)
    assert result.accuracy == accuracy(small_network, small_data.test.batches(7))
    assert result.parameters == 48 * 16 + 16 + 16 * 4 + 4
    assert result.size_bytes == len(save(small_network.state_dict()))
    assert result.ms_per_image > 0
    assert result.agreement == 1.0


def test_without_a_teacher_there_is_no_agreement(small_data, small_network):
    asked = ask(small_network, small_data.test)
    assert measure("x", "lab1_baseline", asked, small_data).agreement is None


def test_the_network_keeps_its_mode(small_data, small_network):
    ask(small_network.train(), small_data.test)
    assert small_network.training
    assert isinstance(small_network[3], nn.Dropout)
    assert small_network[3].training


def test_it_answers_as_the_network_does(small_data, small_network):
    asked = ask(small_network, small_data.test, batch_size=10)
    batches = small_data.test.batches(25, shuffle=True)
    assert torch.allclose(predict(asked.known, batches), predict(small_network, batches))


@pytest.mark.parametrize("batch_size, expected", [(10, 10.0), (30, 5000 / 30)])
def test_the_first_batch_warms_up(small_data, stand_in, batch_size, expected):
    clock = iter([0.0, 5.0, 5.0, 5.1, 6.0, 6.1])  # 30 images: three batches, or one alone
    stand_in("kdlab.results", "time", perf_counter=lambda: next(clock))
    asked = ask(nn.Flatten(), small_data.test, batch_size)
    assert asked.ms_per_image == pytest.approx(expected)


def test_results_come_back_in_the_order_of_the_labs(tmp_path):
    later = Result("student, T/w", "lab2_soft_targets", 0.71, 1, 1, 0.1)
    store_result(later, tmp_path / "new")
    store_result(RESULT, tmp_path / "new")
    assert stored_results(tmp_path / "new") == [RESULT, later]


def test_the_newest_of_a_name_counts(tmp_path):
    from dataclasses import replace

    store_result(RESULT, tmp_path)
    store_result(replace(RESULT, accuracy=0.8), tmp_path)
    assert [result.accuracy for result in stored_results(tmp_path)] == [0.8]


@pytest.mark.parametrize("text", ["", "{", '{"name": "x"}', '{"surprise": 1}'])
def test_a_damaged_result_is_left_out(tmp_path, capsys, text):
    store_result(RESULT, tmp_path)
    (tmp_path / "broken.json").write_text(text)
    assert stored_results(tmp_path) == [RESULT]
    assert "damaged" in capsys.readouterr().out
