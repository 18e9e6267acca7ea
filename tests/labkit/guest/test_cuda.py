"""CUDA where there is none: requests land on the CPU, questions of the student's are answered."""

import subprocess
import sys

import pytest
import torch

from labkit.guest import cuda

#: Each line is one cell of a student's, with ⏎ for its line ends. They run in a process
#: of their own, which stays changed.
CELLS = """
assert torch.cuda.is_available() and torch.cuda.device_count() == 1
x = torch.zeros(3, device="cuda"); assert x.device.type == "cpu" and x.is_cuda
d = torch.device("cuda" if torch.cuda.is_available() else "cpu"); assert torch.ones(2, device=d).sum() == 2
x = torch.randn(3).cuda().to("cuda:0").to(d).to(0).cuda(0, non_blocking=True); assert x.device.type == "cpu"
m = nn.Linear(3, 2, device="cuda").cuda().to("cuda").to(d, torch.float32).to(0).to(device=d)
assert next(m.parameters()).is_cuda and m(x).shape == (2,)
torch.cuda.synchronize(); torch.cuda.empty_cache(); torch.cuda.ipc_collect(); torch.cuda.set_device(0)
assert torch.cuda.memory_allocated() == torch.cuda.max_memory_reserved() == 0
print(torch.cuda.get_device_name(0), torch.cuda.get_device_properties(d).total_memory, torch.cuda.mem_get_info())
g = torch.Generator(device="cuda"); g.manual_seed(0); torch.randn(2, generator=g, device="cuda")
assert isinstance(g, torch.Generator) and isinstance(torch.default_generator, torch.Generator)
with torch.device("cuda"): assert torch.zeros(2).device.type == "cpu"
torch.set_default_device("cuda"); assert torch.zeros(2).device.type == "cpu"; torch.set_default_device("cpu")
b = io.BytesIO(); torch.save(m.state_dict(), b)
for place in ("cuda", d, {"cuda:0": "cuda:0"}, None): b.seek(0); torch.load(b, map_location=place)
with torch.autocast("cuda"), torch.amp.autocast("cuda", dtype=torch.float16): assert m(x).dtype == torch.float32
s = torch.amp.GradScaler("cuda"); o = torch.optim.SGD(m.parameters(), 0.1); s.scale(m(x).sum()).backward(); s.step(o); s.update()
e, f = (torch.cuda.Event(enable_timing=True) for _ in range(2)); e.record(); f.record(); assert e.elapsed_time(f) >= 0
with torch.cuda.stream(torch.cuda.Stream()), torch.cuda.device(0): pass
assert torch.cuda.FloatTensor([1, 2]).sum() == 3 and x.type("torch.cuda.FloatTensor").dtype == torch.float32
torch.backends.cudnn.benchmark = True; torch.cuda.manual_seed_all(0); torch.cuda.reset_peak_memory_stats()
assert nn.DataParallel(m)(torch.randn(2, 3)).shape == (2, 2)
assert x.pin_memory().shape == (3,) and torch.zeros(2, pin_memory=True).sum() == 0
torch.cuda.nvtx.range_push("a"); torch.cuda.nvtx.range_pop()
assert torch.tensor(3, device="cuda").new_tensor(5).item() == 5 and torch.einsum("cuda->", torch.ones(1, 1, 1, 1)) == 1
assert torch.full((2,), 1.0, device=0).to(torch.float64).dtype == torch.float64
assert torch.arange(3, device="cuda:0").cpu().numpy().tolist() == [0, 1, 2]
w = torch.randn(2, requires_grad=True, device="cuda"); (w * 2).sum().backward(); assert w.grad.tolist() == [2, 2]
x = torch.ones(2, device=torch.device(0)).to(torch.device("mps")).to("mps:0").to("xpu"); assert x.device.type == "cpu"
assert torch.backends.mps.is_available() and torch.mps.current_allocated_memory() == 0; torch.mps.synchronize(); torch.mps.manual_seed(0)
@torch.jit.script⏎def soft(x, T: float):⏎    return torch.softmax(x.cuda() / T, dim=0)
assert soft(torch.zeros(2), 2.0).tolist() == [.5, .5]
@torch.jit.script⏎def half(x):⏎    return x / 2
assert half(torch.ones(2)).tolist() == [.5, .5] and isinstance(half, torch.jit.ScriptFunction)
class Net(nn.Module):⏎    def forward(self, x):⏎        return x.to("cuda") + 1
assert torch.jit.script(Net())(torch.ones(1)).item() == 2
with torch.autocast("mps"): torch.ones(2) @ torch.ones(2)
"""  # noqa: E501 - one cell a line

SCRIPT = """
import io, linecache, warnings, torch
from torch import nn
from labkit.guest import cuda
warnings.simplefilter("ignore")
names = {"__name__": "__main__", "torch": torch, "nn": nn, "io": io}
library = {"__name__": "library", "torch": torch}
ask = ("answer = torch.cuda.is_available(), torch.cuda.device_count(), torch.zeros(1).is_cuda,"
       " torch.backends.mps.is_available()")
cuda.look_at("x = 1  # no cuda here")
assert not cuda._active
for cell in CELLS.strip().splitlines():
    cuda.look_at(cell)
    cell = cell.replace("⏎", chr(10))
    linecache.cache[cell] = (len(cell), None, cell.splitlines(True), cell)
    try:
        exec(compile(cell, cell, "exec"), names)
    except Exception as error:
        print("FAILED", cell, type(error).__name__, error)
exec(ask, library)
print("library", library["answer"])
"""


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_every_request_lands_on_the_cpu_and_a_library_sees_the_truth():
    script = f"__name__ = 'test'\nCELLS = {CELLS!r}\n{SCRIPT}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=300
    )
    assert "FAILED" not in done.stdout, done.stdout
    assert "library (False, 0, False, False)" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("The machine that grades has no GPU") == 1


def test_a_machine_with_a_gpu_is_left_alone(monkeypatch, capsys):
    before = torch.load, torch.nn.Module.to, torch.cuda.synchronize, torch.Generator
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)  # the stand-in for a GPU
    cuda.look_at("x.cuda()")
    assert not cuda._active
    assert before == (torch.load, torch.nn.Module.to, torch.cuda.synchronize, torch.Generator)
    assert torch._C._len_torch_function_stack() == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "names_it"),
    [("x.cuda()", True), ("device = 'cuda'", True), ("!nvidia-smi\nx.cuda()", True),
     ("# x.cuda()", False), ("x = 1", False), ("'''\ncuda'''", True), ("x = (  # cuda", True),
     ("device = 'mps'", True), ("x.to(0)", True), ("d = torch.device( 1 )", True),
     ("torch.zeros(2, device=0)", True), ("%time x.to(0)", True), ("!ls\nf(device=0)", True),
     ("x = maps.to_0(3)", False), ("add_to(0)", False), ("devices = 0", False)],
)  # fmt: skip
def test_comments_do_not_count(source, names_it, monkeypatch):
    begun = []
    monkeypatch.setattr(cuda, "begin", lambda: begun.append(1))
    cuda.look_at(source)
    assert bool(begun) == names_it
