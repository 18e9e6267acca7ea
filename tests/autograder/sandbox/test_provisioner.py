"""Sandboxed kernels under nbclient, as nbgrader starts them."""

from dataclasses import replace

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

from autograder.sandbox import KERNEL_NAME, Mounts, add_kernel_spec, backends, mounted
from autograder.sandbox.provisioner import SandboxProvisioner
from autograder.sandbox.temporary import own_folder

pytestmark = pytest.mark.slow


@pytest.fixture(params=["fork", "bubblewrap", "process"])
def way(request):
    """How kernels start: forked into bubblewrap, by themselves there, or as a plain process."""
    if request.param != "process" and (missing := backends.what_is_missing()):
        pytest.fail(f"The sandbox cannot be tested. {missing}")
    return request.param


@pytest.fixture
def provisioners(monkeypatch):
    """Every provisioner that is made meanwhile."""
    made = []
    original = SandboxProvisioner.__init__

    def noting(self, **kwargs):
        made.append(self)
        original(self, **kwargs)

    monkeypatch.setattr(SandboxProvisioner, "__init__", noting)
    return made


def settings_of(way: str) -> dict[str, object]:
    return {"backend": "process" if way == "process" else "bubblewrap", "fork": way == "fork"}


def run(cells: list[str], way: str, mounts: Mounts, **settings) -> list[str]:
    """What each cell prints."""
    add_kernel_spec()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    config = Config(Sandbox={**settings_of(way), **settings})
    client = NotebookClient(notebook, kernel_name=KERNEL_NAME, config=config, timeout=60)
    with mounted(replace(mounts, imports=("json",))):
        client.execute()
    return ["".join(output.text for output in cell.outputs).strip() for cell in notebook.cells]


@pytest.mark.parametrize("way", ["fork", "bubblewrap"], indirect=True)
def test_mounts_and_environment_reach_the_kernel(way, tmp_path):
    submission, data = tmp_path / "submission", tmp_path / "data"
    submission.mkdir()
    data.mkdir()
    (submission / "answer.txt").write_text("42")
    (data / "train.txt").write_text("training")
    (data / "test.txt").write_text("secret")
    mounts = Mounts(
        working_folder=submission,
        read_only={data: "/data"},
        hidden=(data / "test.txt",),
        environment={"KDLAB_PROFILE": "grading"},
    )
    cells = [
        "print(open('answer.txt').read())",
        "print(open('/data/train.txt').read())\n"
        "try: open('/data/test.txt')\n"
        "except OSError as error: print(error.strerror)",
        "import os; print(os.environ['KDLAB_PROFILE'], os.getcwd())",
    ]
    assert run(cells, way, mounts) == [
        "42",
        "training\nPermission denied",
        "grading /home/student/work",
    ]


def test_nothing_is_left_behind(way, provisioners, tmp_path):
    before = set(own_folder().iterdir())
    assert run(["print('x')"], way, Mounts(working_folder=tmp_path)) == ["x"]
    assert provisioners[0].backend == settings_of(way)["backend"]
    assert (provisioners[0].guardian is not None) == (way == "fork")
    assert provisioners[0].private is None and not provisioners[0].has_process
    assert set(own_folder().iterdir()) == before


def test_a_kernel_that_takes_too_much_memory_dies_and_says_why(way, provisioners, tmp_path):
    bomb = "import time\nx = b'x' * (600 * 2**20)\ntime.sleep(20)"
    with pytest.raises(DeadKernelError):
        run([bomb], way, Mounts(working_folder=tmp_path), memory=400 * 2**20)
    assert provisioners[0].excess == "memory"


def test_a_restarted_kernel_is_in_the_same_room(way, provisioners, tmp_path):
    from jupyter_client.manager import KernelManager

    add_kernel_spec()
    manager = KernelManager(kernel_name=KERNEL_NAME, config=Config(Sandbox=settings_of(way)))
    with mounted(Mounts(tmp_path, environment={"A": "1"}, imports=("json",))):
        manager.start_kernel()
    first = provisioners[0].guardian
    manager.restart_kernel(now=True)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=30)
        client.execute_interactive("import os; assert os.environ['A'] == '1'", timeout=30)
        assert provisioners[0].mounts.working_folder == tmp_path
        assert (provisioners[0].guardian != first) == (way == "fork")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_what_is_written_past_jupyter_is_kept_and_not_shown(way, provisioners, tmp_path, capfd):
    code = (
        "import os\n"
        "for name in os.listdir('/proc/self/fd'):\n"
        "    path = '/proc/self/fd/' + name\n"
        "    if os.path.lexists(path) and os.readlink(path).startswith('pipe:'):\n"
        "        try: os.write(int(name), b'a forged line\\n')\n"
        "        except OSError: pass\n"
    )
    run([code], way, Mounts(working_folder=tmp_path))
    assert "forged" in provisioners[0].last_words
    assert "forged" not in "".join(capfd.readouterr())
