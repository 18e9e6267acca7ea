"""Freed memory is kept: the system is not asked for the same pages in every step."""

import os
import platform
import subprocess
import sys
import textwrap

import pytest

from kdlab import allocation
from kdlab.allocation import keep_freed_memory

needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no glibc here")
PAGE = 4096
STEPS, TENSORS, MIB = 20, 6, 8  # the first layer's are as large


def page_faults(before: str) -> int:
    """How often a new process asked for a page while it made and freed the same tensors."""
    script = f"""
        import resource, torch
        {before}
        def step():
            return [torch.ones({MIB} * 2**18) for _ in range({TENSORS})] and None
        for _ in range(3):
            step()
        start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range({STEPS}):
            step()
        print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start)
    """
    # Whether glibc gives back what is freed depends on what came before, unless it is told.
    gives_back = {"MALLOC_MMAP_THRESHOLD_": str(2**20)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True,
        env={**os.environ, **gives_back},
    )  # fmt: skip
    return int(done.stdout)


@needs_glibc
def test_the_same_pages_are_used_again():
    told = "from kdlab.allocation import keep_freed_memory; assert keep_freed_memory()"
    once = TENSORS * MIB * 2**20 // PAGE
    assert page_faults(told) < once  # in all steps together
    assert page_faults("pass") > STEPS * once / 2  # or there would be nothing to mend


@pytest.fixture
def asked_anew(stand_in):
    keep_freed_memory.cache_clear()
    yield lambda library, **names: stand_in(allocation, library, **names)
    keep_freed_memory.cache_clear()


def test_another_c_library_is_left_as_it_is(asked_anew):
    asked_anew("platform", libc_ver=lambda: ("", ""))
    asked_anew("ctypes", CDLL=lambda _: pytest.fail("it was asked"))
    assert not keep_freed_memory()


def test_a_glibc_without_the_option_is_no_error(asked_anew):
    asked_anew("platform", libc_ver=lambda: ("glibc", "2.36"))
    asked_anew("ctypes", CDLL=lambda _: object())
    assert not keep_freed_memory()


def test_a_refusal_is_told(asked_anew):
    class Refuses:
        def mallopt(self, option, value):
            return 0

    asked_anew("platform", libc_ver=lambda: ("glibc", "2.36"))
    asked_anew("ctypes", CDLL=lambda _: Refuses())
    assert not keep_freed_memory()
