"""What a notebook sets for all of torch is not in force while its functions are tried."""

import sys
import warnings

import numpy as np
import pytest
import torch

from labkit.judge.case import Case
from labkit.probe.observe import observe
from labkit.probe.plain_state import SETTINGS, plain_state

CASE = Case("call", {"x": np.array([1.0, 2.0])}, gradients=("x",), cotangent=np.ones(2))


def double(x):
    """Takes what torch's settings make of a new tensor."""
    return x * torch.full((2,), 2.0)


def autocast_on():
    torch.set_autocast_enabled("cpu", True)
    return lambda: torch.set_autocast_enabled("cpu", False)


def setting(put, value, back):
    def enter():
        put(value)
        return lambda: put(back)

    return enter


def entered(context):
    def enter():
        opened = context()
        opened.__enter__()
        return lambda: opened.__exit__(None, None, None)

    return enter


STATES = {
    "float64": setting(torch.set_default_dtype, torch.float64, torch.float32),
    "float16": setting(torch.set_default_dtype, torch.float16, torch.float32),
    "no gradients": setting(torch.set_grad_enabled, False, True),
    "no_grad entered": entered(torch.no_grad),
    "inference mode entered": entered(torch.inference_mode),
    "default device": setting(torch.set_default_device, "meta", None),
    "autocast": autocast_on,
    "deterministic": setting(torch.use_deterministic_algorithms, True, False),
    "anomalies": setting(torch.autograd.set_detect_anomaly, True, False),
    "one thread": setting(torch.set_num_threads, 1, torch.get_num_threads()),
    "low precision": setting(torch.set_float32_matmul_precision, "medium", "highest"),
    "flushed": setting(torch.set_flush_denormal, True, False),
    "NumPy raises": setting(lambda how: np.seterr(all=how), "raise", "warn"),
    "warnings are errors": entered(warnings.catch_warnings),
    "little recursion": setting(sys.setrecursionlimit, 200, sys.getrecursionlimit()),
}


def state():
    return [read() for read, _, _ in SETTINGS], np.geterr(), torch.is_autocast_enabled("cpu")


@pytest.mark.parametrize("name", STATES)
def test_a_right_function_is_right_whatever_was_set(name):
    usual = state()
    back = STATES[name]()
    try:
        if name == "warnings are errors":
            warnings.simplefilter("error")
        before = state()
        seen = observe(double, CASE)
        assert state() == before  # what the notebook set is in force again
    finally:
        back()
        np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    assert seen.fault is None
    assert seen.entries["value"].tolist() == [2.0, 4.0]
    assert seen.entries["gradient:x"].tolist() == [2.0, 2.0]
    assert not seen.entries["form"].any()
    assert state() == usual


def test_it_is_plain_inside_and_restored_after_an_error():
    torch.set_default_dtype(torch.float64)
    try:
        with pytest.raises(KeyError), plain_state():
            assert torch.get_default_dtype() == torch.float32
            raise KeyError
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_function_may_set_what_it_likes_for_itself():
    def own(x):
        torch.set_default_dtype(torch.float64)
        return x.double() * 2

    seen = observe(own, CASE)
    assert seen.entries["value"].tolist() == [2.0, 4.0]
    assert torch.get_default_dtype() == torch.float64
    torch.set_default_dtype(torch.float32)
