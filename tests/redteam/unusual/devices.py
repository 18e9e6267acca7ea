"""Lines about GPUs, as the lecture writes them: the grader may have none."""

from small_lab import MSE

from unusual.register import honest

GROUP = "devices"
ON = "def softmax_with_temperature(logits, T):\n    {}\n    return F.softmax(logits / T, dim=1)\n"

honest(GROUP, "cuda-method", ".cuda() @ answer", softmax=ON.format("logits = logits.cuda()"))
honest(GROUP, "to-cuda", ".to @ answer", softmax=ON.format('logits = logits.to("cuda:0")'))
honest(GROUP, "cuda-and-back", ".cuda() and .cpu() @ answer", softmax="""
def softmax_with_temperature(logits, T):
    return F.softmax(logits.cuda(non_blocking=True) / T, dim=1).cpu()""")
honest(GROUP, "a-factory", "device of a factory @ answer", softmax="""
def softmax_with_temperature(logits, T):
    T = torch.tensor(float(T), device="cuda")
    return F.softmax(logits.to(T.device) / T, dim=1)""")
honest(GROUP, "a-device-object", "device object @ global variable", """
device = torch.device("cuda")
print(torch.zeros(2, device=device), device.type)""",
       softmax=ON.format("logits = logits.to(device)"))  # fmt: skip
honest(GROUP, "a-device-of-a-place", "device by number @ answer",
       softmax=ON.format("logits = logits.to(torch.device(0))"))  # fmt: skip
honest(GROUP, "a-device-if-there-is-one", "chosen device @ global variable", """
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")""",
       softmax=ON.format("logits = logits.to(device)"))  # fmt: skip
honest(GROUP, "insists-on-a-gpu", "assertion of CUDA @ answer cell",
       softmax="assert torch.cuda.is_available(), 'GPU runtime!'\n" + ON.format("pass"))
honest(GROUP, "synchronizes", "synchronize @ answer",
       softmax=ON.format("torch.cuda.synchronize()"))  # fmt: skip
honest(GROUP, "counts-memory", "memory of the GPU @ answer cell", softmax="""
print(torch.cuda.memory_allocated(), torch.cuda.max_memory_allocated())
torch.cuda.empty_cache()
torch.cuda.reset_peak_memory_stats()
""" + ON.format("pass"))
honest(GROUP, "names-the-gpu", "name of the GPU @ answer cell", softmax="""
print(torch.cuda.get_device_name(0), torch.cuda.device_count(), torch.cuda.current_device())
print(torch.cuda.get_device_properties(0).total_memory)
""" + ON.format("pass"))
honest(GROUP, "autocast", "autocast @ answer", softmax=ON.format(
    'with torch.autocast(device_type="cuda", enabled=False): logits = logits * 1.0'))  # fmt: skip
honest(GROUP, "scales-gradients", "GradScaler @ own cell", """
scaler = torch.cuda.amp.GradScaler()
with torch.cuda.amp.autocast(enabled=False):
    scaler.scale(torch.ones(1, requires_grad=True).sum()).backward()""", mse=MSE)
honest(GROUP, "a-seed-for-all-gpus", "seeds of CUDA @ own cell", """
import random, numpy as np
random.seed(0); np.random.seed(0); torch.manual_seed(0)
torch.cuda.manual_seed(0); torch.cuda.manual_seed_all(0)
torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False""")
honest(GROUP, "a-default-device", "default device @ own cell", 'torch.set_default_device("cuda")')
honest(GROUP, "a-tensor-of-cuda", "torch.cuda types @ own cell", """
x = torch.cuda.FloatTensor([1.0, 2.0])
torch.set_default_tensor_type("torch.cuda.FloatTensor")""")
honest(GROUP, "events-of-cuda", "timing with events @ own cell", """
start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
start.record(); torch.ones(3).sum(); end.record()
torch.cuda.synchronize(); print(start.elapsed_time(end))""")
honest(GROUP, "parallel-gpus", "DataParallel @ own cell", """
from torch import nn
net = nn.DataParallel(nn.Linear(3, 2)).cuda()
print(net(torch.ones(1, 3).cuda()).shape)""")
honest(GROUP, "another-gpu", "MPS and its fallback @ own cell", """
device = ("cuda" if torch.cuda.is_available() else
          "mps" if torch.backends.mps.is_available() else "cpu")
x = torch.ones(2, device=device)""", softmax=ON.format("logits = logits.to(device)"))
honest(GROUP, "float64-for-all", "default dtype @ own cell",
       "torch.set_default_dtype(torch.float64)")
honest(GROUP, "no-gradients-for-all", "gradients off @ own cell", "torch.set_grad_enabled(False)")
honest(GROUP, "no-gradients-any-more", "inference mode @ own cell", """
torch.inference_mode(True).__enter__()
torch.autograd.set_grad_enabled(False)""")
honest(GROUP, "looks-for-anomalies", "anomaly detection @ own cell", """
torch.autograd.set_detect_anomaly(True)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(1)
torch.set_printoptions(precision=1, sci_mode=False)""")
honest(GROUP, "scripted", "torch.jit.script @ answer", softmax="""
@torch.jit.script
def softmax_with_temperature(logits, T: float):
    return torch.softmax(logits / T, dim=1)""")
honest(GROUP, "compiled-eagerly", "torch.compile @ answer", softmax="""
@torch.compile(backend="eager")
def softmax_with_temperature(logits, T):
    return torch.softmax(logits / T, dim=1)""")
honest(GROUP, "scripted-for-a-gpu", "torch.jit.script with CUDA @ answer", softmax="""
@torch.jit.script
def softmax_with_temperature(logits, T: float):
    return torch.softmax(logits.cuda() / T, dim=1)""")
honest(GROUP, "on-a-mac", "MPS without a question @ global variable", """
device = torch.device("mps")
torch.mps.synchronize()
torch.mps.empty_cache()""", softmax=ON.format('logits = logits.to(device).to("mps:0")'))
honest(GROUP, "a-gpu-by-its-number", "device = 0 @ answer",
       softmax=ON.format("logits = logits.to(0) + torch.zeros(1, device=0)"))  # fmt: skip
