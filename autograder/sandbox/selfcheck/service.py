"""Promises about what a kernel can do all the same."""

from __future__ import annotations

import time

from autograder.sandbox import host
from autograder.sandbox.selfcheck.promises import Broken, NotHere, expect, promise
from autograder.sandbox.selfcheck.trial import Trial

LARGE = 8 * 2**20


@promise("Korean and emoji go in and out unchanged, in text and in file names")
def utf8(trial: Trial) -> str:
    """Print them, and write a file with such a name."""
    code = (
        "from pathlib import Path\n"
        "Path('지식 증류 🎓.txt').write_text('교사 👩‍🏫')\n"
        "print(Path('지식 증류 🎓.txt').read_text(), *Path().glob('*🎓*'))"
    )
    return expect(trial.run(code), "교사 👩‍🏫 지식 증류 🎓.txt")


@promise("large outputs arrive whole")
def large_output(trial: Trial) -> str:
    """Print eight MiB."""
    reply = trial.run(f"print('x' * {LARGE})")
    if len(reply.text) != LARGE + 1:
        raise Broken(f"{len(reply.text):,} of {LARGE + 1:,} characters arrived")
    return f"{LARGE:,} characters"


@promise("a cell that runs too long is interrupted, the kernel goes on")
def interrupt(trial: Trial) -> str:
    """Start an endless loop, interrupt it, and ask for a value from before."""
    expect(trial.run("before = 'still here'; print(before)"), "still here")
    if not trial.run("while True: pass", seconds=1).late:
        raise Broken("an endless loop ended")
    started = time.monotonic()
    trial.manager.interrupt_kernel()
    trial.run("pass", seconds=20)  # Jupyter drops what was asked while the loop still ran
    expect(trial.run("print(before)", seconds=20), "still here")
    return f"after {time.monotonic() - started:.1f} s"


@promise("the GPU is seen inside")
def gpu(trial: Trial) -> str:
    """Multiply on it."""
    if not host.gpu_devices():
        raise NotHere("no GPU here")
    import torch  # only where there is a GPU: it takes seconds to import

    if not torch.cuda.is_available():
        raise NotHere("torch sees no GPU outside the sandbox either")
    code = "import torch; x = torch.ones(64, 64, device='cuda'); print(float((x @ x).sum()))"
    expect(trial.run(code, seconds=180), f"{float(64**3)}")
    return str(torch.cuda.get_device_name())
