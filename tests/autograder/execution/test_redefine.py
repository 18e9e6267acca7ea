"""What runs again in a fresh kernel."""

import pytest

from autograder.execution.redefine import LONG, Ran, definitions, without_ends


@pytest.mark.parametrize(
    ("source", "again"),
    [
        ("import torch", "import torch"),
        ("from torch import nn\nnet = train(nn.Linear(2, 2))", "from torch import nn"),
        ("EPOCHS = 3\nRATES = [0.1, -1]", "EPOCHS = 3\nRATES = [0.1, -1]"),
        ("def f(x):\n    return x\nf(1)", "def f(x):\n    return x"),
        ("class A:\n    pass\nfor _ in range(3):\n    train()", "class A:\n    pass"),
        ("@torch.no_grad()\ndef f(x):\n    return x", "@torch.no_grad()\ndef f(x):\n    return x"),
        ("@dataclass\nclass A:\n    x: int = 3", "@dataclass\nclass A:\n    x: int = 3"),
        ("square = lambda x: x * x", "square = lambda x: x * x"),
        ("device = torch.device('cpu')", "device = torch.device('cpu')"),
        ("d = 'cuda' if torch.cuda.is_available() else 'cpu'",) * 2,
        ("if torch.cuda.is_available():\n    d = 'cuda'\nelse:\n    d = 'cpu'",) * 2,
        ("try:\n    import x\nexcept ImportError:\n    x = None",) * 2,
        ("loss = nn.CrossEntropyLoss()", "loss = nn.CrossEntropyLoss()"),
        ("soft = torch.compile(soft)", "soft = torch.compile(soft)"),
        ("half = functools.partial(f, T=2)", "half = functools.partial(f, T=2)"),
        ("x: int = 3", "x: int = 3"),
        ("import os; os._exit(0)", "import os"),
        ("os.abort(); 가 = '나'; 다 = 3", "가 = '나'\n다 = 3"),
        ("%%time\ndef f(x):\n    return x", "def f(x):\n    return x"),
        ("%%capture out\nx = 3", "x = 3"),
        ("%%bash\nx=3", ""),
        ("%%writefile helpers.py\nx = 3", "%%writefile helpers.py\nx = 3"),
        ("%matplotlib inline\nx = 3", "x = 3"),
        ("!pip install x\nimport y", "import y"),
        ('s = """\n%d\n"""', 's = """\n%d\n"""'),
        ("model = train()", ""),
        ("x = os.kill(1, 9)", ""),
        ("while True: pass", ""),
        ("\x00", ""),
        ("def f(:", ""),
    ],
)
def test_only_what_defines_runs_again_after_a_long_cell(source, again):
    ran = Ran(source, LONG + 1)
    assert "\n".join(each.lstrip("\n") for each in ran.again(careful=False)) == again
    assert list(Ran(source, 0.0).again(careful=True)) == list(ran.again(careful=False))
    assert list(Ran(source, 0.0, ended=False).again(careful=False)) == list(definitions(source))


def test_each_line_keeps_its_number():
    source = "print(1)\n\n@cached\ndef f(x):\n    return 1 / x\n\nx = [\n    1,\n]\nf(0)"
    for part in definitions(source):
        for number, line in enumerate(part.split("\n")):
            assert line in ("", source.split("\n")[number].partition("  #")[0])


@pytest.mark.parametrize(
    ("source", "again"),
    [
        ("x = 1\nexit()\ny = 2", "x = 1\npass\ny = 2"),
        ("def f():\n    return 3\nos.kill(os.getpid(), 9)  # again",
         "def f():\n    return 3\npass  # again"),
        ("if done:\n    sys.exit()", "pass\n"),
        ("if done:\n    sys.exit()\nelse:\n    x = 3; y = 4\nz = 5", "pass\n\n\n\nz = 5"),
        ("import os; os._exit(0)", "import os; pass"),
        ("가 = '나'; exit(); 다 = 3; quit()", "가 = '나'; pass; 다 = 3; pass"),
        ("get_ipython().kernel.do_shutdown(True)", "pass"),
        ("%%time\nx = 1\nexit()", "%%time\nx = 1\npass"),
        ("!ls\nexit()", "!ls\npass"),
    ],
)  # fmt: skip
def test_what_ends_the_kernel_is_left_out(source, again):
    assert without_ends(source) == again


@pytest.mark.parametrize(
    "source",
    ["def f():\n    exit()", "stop = lambda: exit()", "print('exit()')", "# exit()", "exit = 3",
     "x = (", "train(model)\nfor i in range(3):\n    print(i)"],
)  # fmt: skip
def test_everything_else_runs_as_it_is(source):
    assert list(Ran(source, 1.0).again(careful=False)) == [source]


def test_an_empty_cell_does_not_run():
    assert list(Ran(" \n", 1.0).again(careful=False)) == []
