"""bubblewrap's command line is a pure function of the room."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.bubblewrap import WRITABLE, command, command_for_zygote
from autograder.sandbox.view import View

names = st.sampled_from(["a", "b", "c"])
places = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


def room(**changes) -> View:
    settings = {
        "files": {"/usr": Path("/usr")},
        "links": {"/bin": "usr/bin"},
        "hidden": {},
        "devices": (),
        "sockets": Path("/tmp/kdlab-x/s"),
        "disk": 1000,
        "environment": {"HOME": "/home/student"},
    }
    return View(**{**settings, **changes})


def mounts_of(line: list[str]) -> list[tuple[str, str]]:
    """(option, place) of every mount, in order."""
    with_source = {"--ro-bind", "--bind", "--dev-bind", "--symlink"}
    alone = {"--tmpfs", "--dir", "--proc", "--dev", "--remount-ro"}
    found = []
    for index, option in enumerate(line):
        if option in with_source:
            found.append((option, line[index + 2]))
        elif option in alone:
            found.append((option, line[index + 1]))
    return found


@given(st.sets(places, max_size=6), st.sets(places, max_size=3))
def test_outer_mounts_come_before_inner_ones_and_hiding_after_showing(shown, hidden):
    line = command(
        "bwrap",
        room(
            files={place: Path("/host") / place[1:] for place in shown},
            hidden=dict.fromkeys(hidden, True),
        ),
    )
    mounts = [mount for mount in mounts_of(line) if mount[0] in ("--ro-bind", "--tmpfs")]
    order = [place for _, place in mounts]
    for place in hidden:
        above = {other for other in shown if PurePosixPath(place).is_relative_to(other)}
        before = mounts[: mounts.index(("--tmpfs", place))]
        assert {("--ro-bind", other) for other in above} <= set(before)
    for place in shown:
        inner = [other for other in order if other != place and other.startswith(place + "/")]
        assert all(order.index(place) < order.index(other) for other in inner)


def test_only_the_sockets_of_the_host_can_be_written_to():
    line = command("bwrap", room())
    assert [place for option, place in mounts_of(line) if option == "--bind"] == ["/tmp/kdlab-x/s"]


def test_what_bubblewrap_itself_makes_is_closed_last():
    line = command("bwrap", room(hidden={"/usr/src": True, "/usr/a.py": False}))
    closing = [place for option, place in mounts_of(line) if option == "--remount-ro"]
    assert closing == ["/", "/dev", "/usr/src"]
    assert mounts_of(line)[-3:] == [("--remount-ro", place) for place in closing]


@pytest.mark.parametrize("place", WRITABLE)
def test_writable_places_are_limited(place):
    line = command("bwrap", room(disk=123))
    at = line.index(place, line.index("--tmpfs"))
    assert line[at - 5 : at] == ["--perms", "1777", "--size", "123", "--tmpfs"]


def test_a_hidden_file_becomes_a_device_that_cannot_be_opened():
    line = command("bwrap", room(hidden={"/usr/a.py": False}))
    at = line.index("/usr/a.py")
    assert line[at - 2 : at] == ["--ro-bind", "/dev/null"]


def test_the_environment_is_the_rooms_alone():
    line = command("bwrap", room(environment={"A": "b c"}))
    assert line[-5:] == ["--clearenv", "--setenv", "A", "b c", "--"]


def test_an_ordinary_users_namespaces_are_made_and_closed():
    line = command("bwrap", room())
    assert {"--unshare-user", "--disable-userns", "--unshare-net", "--die-with-parent"} < set(line)
    assert "--cap-add" not in line


def test_in_a_namespace_of_root_it_can_become_another_user():
    line = command("bwrap", room(), userns=7)
    assert line[line.index("--userns") + 1] == "7"
    added = [line[index + 1] for index, option in enumerate(line) if option == "--cap-add"]
    assert added == ["CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_SETPCAP"]


def zygote_line(root: bool) -> list[str]:
    return command_for_zygote("bwrap", room(sockets=None), root)


def test_a_zygote_sees_a_room_without_sockets_and_the_processes_of_the_host():
    mounts = mounts_of(zygote_line(root=True))
    assert ("--ro-bind", "/proc") in mounts and ("--proc", "/proc") not in mounts
    assert "--bind" not in {option for option, _ in mounts}
    assert "--unshare-pid" not in zygote_line(root=True)


@pytest.mark.parametrize("root", [True, False])
def test_a_zygote_may_enter_namespaces_and_nothing_else(root):
    line = zygote_line(root)
    added = [line[index + 1] for index, option in enumerate(line) if option == "--cap-add"]
    assert line[line.index("--cap-drop") + 1] == "ALL"
    assert added == ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT"]


def test_a_zygote_of_an_ordinary_user_has_a_namespace_below_which_kernels_are_made():
    assert "--unshare-user" in zygote_line(root=False)
    assert "--disable-userns" not in zygote_line(root=False)
    assert "--unshare-user" not in zygote_line(root=True)


def test_folders_on_the_way_are_open_to_all():
    line = command("bwrap", room(files={"/usr": Path("/usr"), "/a/b/c": Path("/x")}))
    made = [place for option, place in mounts_of(line) if option == "--dir"]
    assert made == ["/a", "/a/b", "/home", "/tmp/kdlab-x"]
