"""The last step into the room."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.sandbox import launch
from autograder.sandbox.inside import enter
from autograder.sandbox.inside.enter import ask, copy_folder

resource = pytest.importorskip("resource")


def test_files_folders_and_links_are_copied_and_nothing_else(tmp_path, monkeypatch):
    source = tmp_path / "source"
    (source / "folder").mkdir(parents=True)
    (source / "folder/한글 🎓.txt").write_text("hello")
    (source / "link").symlink_to("/etc/passwd")
    os.mkfifo(source / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(source)  # the path would be too long for a socket
        listening.bind("socket")
        monkeypatch.chdir(tmp_path)
        copy_folder(str(source), str(tmp_path / "target"))
    target = tmp_path / "target"
    copied = sorted(str(path.relative_to(target)) for path in target.rglob("*"))
    assert copied == ["folder", "folder/한글 🎓.txt", "link"]
    assert os.readlink(tmp_path / "target/link") == "/etc/passwd"
    assert (tmp_path / "target/folder/한글 🎓.txt").read_text() == "hello"


def test_small_files_are_copied_where_large_ones_do_not_fit(tmp_path, stand_in, capsys):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a-large").write_bytes(bytes(600))
    (source / "small").write_bytes(bytes(100))
    stand_in(enter, "shutil", disk_usage=lambda path: SimpleNamespace(total=1000))
    copy_folder(str(source), str(tmp_path / "target"))
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["small"]
    assert "a-large" in capsys.readouterr().err


def line(orders: dict[str, object]) -> list[str]:
    return launch._enter(str(Path(launch.__file__).parent), orders)


def entered(code: str, **limits: int) -> str:
    orders = {"limits": limits, "copy": None, "user": None}
    return subprocess.run(
        [*line(orders), sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    ).stdout.strip()


def test_limits_hold_after_entering():
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    assert entered(code, NOFILE=99) == "99 99"


def test_unknown_limits_are_left_out():
    assert entered("print('in')", NONSENSE=1) == "in"


def test_a_limit_below_the_wanted_one_stays():
    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))

    orders = {"limits": {"NOFILE": 99}, "copy": None, "user": None}
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    command = [*line(orders), sys.executable, "-c", code]
    done = subprocess.run(command, preexec_fn=lower, capture_output=True, text=True)
    assert done.stdout.strip() == "50 50", done.stderr


def test_cpu_time_warns_before_it_kills():
    code = "import resource; print(*resource.getrlimit(resource.RLIMIT_CPU))"
    assert entered(code, CPU=100) == "100 105"


@pytest.fixture
def asking():
    """A room's own end of the channel, what came at the other, and how it went on."""
    room, zygote = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with room, zygote:
        yield room, zygote


def test_a_room_without_an_answer_starts_the_kernel_itself(asking):
    room, zygote = asking
    zygote.close()
    assert ask(room, {"command": ["python"]}, []) is None


def test_a_room_that_is_sent_away_starts_the_kernel_itself(asking):
    room, zygote = asking
    zygote.shutdown(socket.SHUT_WR)
    assert ask(room, {"command": ["python"]}, []) is None
    assert zygote.recv(100) == b'{"command": ["python"]}'


@pytest.mark.parametrize(("said", "status"), [([b"forked", b"3"], 3), ([b"forked"], 137)])
def test_a_room_ends_as_its_kernel_does_and_with_whoever_waits_for_it(asking, said, status):
    room, zygote = asking
    for word in said:
        zygote.send(word)
    zygote.shutdown(socket.SHUT_WR)
    with pytest.raises(SystemExit) as ended:
        ask(room, {}, [])
    assert ended.value.code == status
