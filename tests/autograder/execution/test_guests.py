"""Right answers that were written for another machine get all points on this one."""

import sys

import pytest

ALL = {"2-1": 3, "2-4": 3, "4-1": 5}
SOFT = "def softmax_with_temperature(logits, T):\n    return (logits / T).softmax(1)\n"
MSE = "def mse(x, y):\n    return ((x - y) ** 2).mean()\n"

pytestmark = pytest.mark.slow


def test_cuda_lands_on_the_cpu_and_the_feedback_says_so(grade_cells):
    graded = grade_cells(
        "assert torch.cuda.is_available()\ndevice = torch.device('cuda')\n"
        "torch.cuda.synchronize()\nprint(torch.cuda.memory_allocated())\n"
        "print(torch.cuda.get_device_name(0))\nscaler = torch.amp.GradScaler('cuda')\n"
        "torch.set_default_device('cuda')\ng = torch.Generator(device='cuda')\nprint('end')",
        "print('kdlab uses', kdlab.setup('lab2_soft_targets').device)",
        _2_1="assert torch.cuda.is_available()\n"
        + SOFT.replace("(logits / T)", "(logits.cuda().to('cuda:0').to(device) / T)"),
        _4_1="class Mean(nn.Module):\n    def forward(self, x):\n        return x.mean()\n"
        "def mse(x, y):\n    net = Mean().cuda().to('cuda')\n"
        "    one = torch.ones((), device='cuda', dtype=x.dtype)\n"
        "    with torch.autocast('cuda'):\n"
        "        return net((x.cuda() - y.to(device)) ** 2) * one",
    )
    assert graded.points == ALL
    assert graded.shown.count("no GPU: what this notebook asks of CUDA") == 1
    assert "end" in graded.shown
    assert "kdlab uses cpu" in graded.shown


def test_colab_and_commands_stop_no_cell(grade_cells):
    graded = grade_cells(
        "from google.colab import drive, files, output, userdata\n"
        "drive.mount('/content/drive')\n%cd /content/drive/MyDrive\n!nvidia-smi\n"
        "!pip install wandb\n%pip install x\n%load_ext tensorboard\n%tensorboard --logdir x\n"
        "get_ipython().run_line_magic('nosuchmagic', '')\nX = 1",
        "import subprocess, sys\n"
        "subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])\nY = 2",
        _2_1="from google.colab import files\nfor name in files.upload().keys():\n    1 / 0\n"
        + SOFT.replace("return", "assert (X, Y) == (1, 2)\n    return"),
        _4_1="try:\n    import google.colab\n    COLAB = True\nexcept ImportError:\n"
        "    COLAB = False\n!apt-get install -y fonts\n"
        + MSE.replace("return", "assert not COLAB\n    return"),
    )
    assert graded.points == ALL
    assert "`google.colab` is not there when grading" in graded.shown


def test_a_missing_package_costs_what_uses_it_alone(grade_cells):
    graded = grade_cells(
        "!pip install nosuchpackage\nimport nosuchpackage, wandb\nwandb.init(project='x')",
        _2_1="import torchsummary\n"
        + SOFT.replace("return", "wandb.log({'T': T})\n    torchsummary.summary(3)\n    return"),
        _4_1="import nosuchpackage as nsp\n" + MSE.replace("return", "nsp.f(x)\n    return"),
    )
    assert graded.points == {**ALL, "4-1": 0}
    assert "`nosuchpackage` is not there when grading" in graded.said("4-1")
    assert "nsp.f(x)" in graded.said("4-1")
    assert "not defined" not in graded.said("4-1")


def test_files_beside_are_importable_and_shadow_nothing(grade_cells):
    graded = grade_cells(
        "%%writefile written.py\nimport nosuchpackage\ndef difference(x, y): return x - y",
        files={
            "helpers.py": "import torch\ndef soft(x, T): return (x / T).softmax(1)\n",
            "inside/__init__.py": "",
            "inside/a.py": "from .b import mean\n",
            "inside/b.py": "def mean(x): return x.mean()\n",
            **dict.fromkeys(("torch.py", "kdlab.py", "json.py", "labkit/__init__.py",
                             "kdlab/evaluation.py", "numpy/__init__.py"), "1 / 0"),
        },
        _2_1="from helpers import soft\n"
        + SOFT.replace("(logits / T).softmax(1)", "soft(logits, T)"),
        _4_1="from written import difference\nfrom inside.a import mean\nimport json\n"
        "def mse(x, y):\n    return mean(difference(x, y) ** 2)",
    )  # fmt: skip
    assert graded.points == ALL


def test_newer_syntax_is_told_to_both(grade_cells):
    newer = "def mse(x, y):\n    return ((x - y) ** 2).mean()\n" + "type New = int\n" * (
        sys.version_info < (3, 12)
    ) + "match = = 3\n" * (sys.version_info >= (3, 12))
    graded = grade_cells(_4_1=newer, python="3.99.1")
    assert graded.points == {**ALL, "4-1": 0}
    here = ".".join(map(str, sys.version_info[:2]))
    assert f"not valid in Python {here}" in graded.said("4-1")
    assert "written with Python 3.99.1" in graded.said("4-1")
    (look,) = graded.results["4-1"].look_at
    assert "line 3" in look and "3.99.1" in look


def test_a_switched_off_rule_is_read_off_the_source_or_flagged(grade_cells):
    graded = grade_cells(
        _2_4="def soft_target_gradient(s, t, T):\n"
        "    with torch._C.DisableTorchFunction():\n"
        "        z = s.detach().clone().requires_grad_()\n"
        "        p, q = (t / T).softmax(1), (z / T).log_softmax(1)\n"
        "        F.kl_div(q, p, reduction='batchmean').mul(T * T).backward()\n"
        "        return z.grad",
        _4_1="def mse(x, y):\n    with torch._C.DisableTorchFunction():\n"
        "        return getattr(F, 'mse' + chr(95) + 'loss')(x, y)",
    )
    assert graded.points == {**ALL, "2-4": 0}
    assert "does not allow" in graded.said("2-4")
    assert graded.results["2-4"].checks[0].mistake == "autograd"
    assert not graded.results["2-4"].look_at
    flagged = graded.results["4-1"].look_at
    assert any("computed name" in text and "line 3" in text for text in flagged)
