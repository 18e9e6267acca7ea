"""What soft targets cost beside plain cross-entropy when the teacher is remembered."""

import statistics
import time
from itertools import count

import pytest
import torch

from kdlab.compare import RECIPES
from kdlab.compare.setting import Setting


def steps_of(method, setting):
    """A function that makes an epoch's updates with a method's loss."""
    kept = []
    RECIPES[method].run(setting, 0, lambda model, terms: kept.append((model, terms)))
    ((model, terms),) = kept
    optimizer = torch.optim.Adam(model.parameters())

    def epoch():
        model.train()
        for inputs, labels in setting.data.train.batches(20, shuffle=True):
            optimizer.zero_grad(set_to_none=True)
            sum(term for term in terms(model, inputs, labels) if term is not None).backward()
            optimizer.step()

    return epoch


@pytest.mark.slow
def test_soft_targets_cost_at_most_half_as_much_again(small_data, teacher, tmp_path):
    """In seconds of this process's computing, which other processes do not change."""
    setting = Setting(small_data, teacher, epochs=1, folder=tmp_path)
    ways = {name: steps_of(name, setting) for name in ("cross_entropy", "soft_targets")}
    spent = {name: [] for name in ways}
    for turn in count():
        for name, epoch in ways.items():
            started = time.process_time()
            epoch()
            if turn:  # the first round warms up
                spent[name].append(time.process_time() - started)
        if turn == 7:
            break
    plain, soft = (statistics.median(times) for times in spent.values())
    assert soft <= 1.5 * plain
