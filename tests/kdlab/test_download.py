"""Downloads from servers that behave and servers that do not; every server runs in this process."""

import errno
import hashlib
import http.server
import io
import multiprocessing
import re
import socket
import threading
import time

import pytest

from kdlab import download as module
from kdlab.download import download, md5_of
from kdlab.errors import DownloadError

CONTENT = bytes(range(256)) * 4000  # about 1 MB
MD5 = hashlib.md5(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path; see the methods below."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.requests.append((self.path, wanted))
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted else 0
        getattr(self, self.path.strip("/"))(start)

    def send(self, body, start=0, announce=None, status=None):
        self.send_response(status or (206 if start else 200))
        self.send_header("Content-Length", str(announce if announce is not None else len(body)))
        self.end_headers()
        self.wfile.write(body)

    def good(self, start):
        if start >= len(CONTENT):
            self.send_error(416)
        else:
            self.send(CONTENT[start:], start)

    def without_ranges(self, _):
        self.send(CONTENT)

    def breaks_off(self, start):
        """A third of what is missing, then the connection is gone."""
        rest = CONTENT[start:]
        if len(rest) < 1000:
            self.send(rest, start)
        else:
            self.send(rest[: len(rest) // 3], start, announce=len(rest))

    def breaks_off_at_once(self, start):
        self.send(b"", start, announce=len(CONTENT))

    def truncated(self, start):
        """A copy that is itself too short."""
        if start >= len(CONTENT) // 2:
            self.send_error(416)
        else:
            self.send(CONTENT[start : len(CONTENT) // 2], start)

    def web_page(self, _):
        self.send(b"<!DOCTYPE html><title>Log in to continue</title>", status=200)

    def damaged(self, start):
        self.send((CONTENT[:-1] + b"?")[start:], start)

    def missing(self, _):
        self.send_error(404)

    def slow(self, start):
        time.sleep(1)
        self.good(start)

    def never_answers(self, _):
        self.server.stop.wait(30)


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.stop, server.daemon_threads = [], threading.Event(), True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(server):
    return f"http://127.0.0.1:{server.server_port}/{{}}".format


def left_over(folder):
    """What lies in the folder; an empty lock file is no part of a download."""
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith(".lock"))


def test_a_good_mirror_gives_the_file_with_progress_on_stdout(tmp_path, url, capsys):
    assert download([url("good")], tmp_path / "file", MD5) == tmp_path / "file"
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert left_over(tmp_path) == ["file"]
    shown = capsys.readouterr()
    assert "Downloading file: 100%" in shown.out
    assert shown.err == ""


def test_a_file_that_is_there_is_not_downloaded_again(tmp_path, url, server):
    (tmp_path / "file").write_bytes(CONTENT)
    download([url("good")], tmp_path / "file", MD5)
    assert server.requests == []


def test_a_damaged_file_that_is_there_is_replaced(tmp_path, url):
    (tmp_path / "file").write_bytes(CONTENT[:-5])
    download([url("good")], tmp_path / "file", MD5)
    assert md5_of(tmp_path / "file") == MD5


def test_a_file_url_works(tmp_path):
    (tmp_path / "own").write_bytes(CONTENT)
    download([(tmp_path / "own").as_uri()], tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("mirror", "says"),
    [
        ("missing", "answered 404 Not Found"),
        ("web_page", "sent a web page instead of the file (48 bytes, md5"),
        ("damaged", "sent a wrong or damaged file (1,024,000 bytes, md5"),
        ("truncated", f"(512,000 bytes, md5 {hashlib.md5(CONTENT[:512000]).hexdigest()}"),
        ("breaks_off_at_once", "broke off after 0 of 1,024,000 bytes"),
    ],
)
def test_a_bad_mirror_is_named_with_what_it_did_and_nothing_is_left(tmp_path, url, mirror, says):
    with pytest.raises(DownloadError) as caught:
        download([url(mirror), url("missing")], tmp_path / "file", MD5)
    lines = str(caught.value).splitlines()
    assert lines[0] == "file could not be downloaded. Tried:"
    assert lines[1].startswith(f"  {url(mirror)}: ") and says in lines[1]
    assert lines[2] == f"  {url('missing')}: answered 404 Not Found"
    assert str(tmp_path / "file") in lines[3]
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    "mirror", ["missing", "web_page", "damaged", "truncated", "breaks_off_at_once", "breaks_off"]
)
def test_the_next_mirror_helps(tmp_path, url, mirror, monkeypatch):
    monkeypatch.setattr(module, "RESUMES", 1)
    download([url(mirror), url("good")], tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert left_over(tmp_path) == ["file"]


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path, url, server, monkeypatch):
    monkeypatch.setattr(module, "RESUMES", 30)
    download([url("breaks_off")], tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.requests[:2] == [("/breaks_off", None), ("/breaks_off", "bytes=341333-")]


def test_an_interrupted_download_goes_on_at_the_next_call(tmp_path, url, server, monkeypatch):
    read = module._read
    blocks = iter([True, True, False])

    def interrupted(response):
        if not next(blocks):
            raise KeyboardInterrupt
        return read(response)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "_read", interrupted)
        download([url("good")], tmp_path / "file", MD5)
    assert left_over(tmp_path) == ["file.part"]
    download([url("good")], tmp_path / "file", MD5)
    assert server.requests[-1] == ("/good", "bytes=524288-")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert left_over(tmp_path) == ["file"]


@pytest.mark.parametrize("part", [b"something else", CONTENT, CONTENT + b"too much"])
def test_an_old_part_of_any_kind_does_no_harm(tmp_path, url, part):
    (tmp_path / "file.part").write_bytes(part)
    download([url("good")], tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_server_without_ranges_starts_over(tmp_path, url):
    (tmp_path / "file.part").write_bytes(CONTENT[:1000])
    download([url("without_ranges")], tmp_path / "file", MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_no_network_fails_in_seconds(tmp_path, url, monkeypatch):
    """One address refuses, one never answers, one is no address."""
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/file"
    start = time.monotonic()
    with pytest.raises(DownloadError) as caught:
        download([closed, url("never_answers"), "nonsense"], tmp_path / "file", MD5)
    assert time.monotonic() - start < 5
    message = str(caught.value)
    assert "refused" in message and "no answer within 0.3 seconds" in message
    assert "nonsense: unknown url type" in message
    assert left_over(tmp_path) == []


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path, url, monkeypatch):
    class FullDisk(io.FileIO):
        def write(self, block):
            super().write(block[:100])
            raise OSError(errno.ENOSPC, "No space left on device")

    def full(path, mode):
        return FullDisk(path, mode) if mode == "wb" else io.FileIO(path, mode)

    monkeypatch.setattr(module, "open", full, raising=False)
    with pytest.raises(DownloadError, match=r"cannot be written: No space left.*Free some space"):
        download([url("good")], tmp_path / "file", MD5)
    assert left_over(tmp_path) == []


def _download(url, target):
    download([url], target, MD5)


def test_of_two_processes_one_downloads_and_the_other_waits(tmp_path, url, server):
    context = multiprocessing.get_context("spawn")
    args = (url("slow"), tmp_path / "file")
    processes = [context.Process(target=_download, args=args) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    assert server.requests == [("/slow", None)]
    assert (tmp_path / "file").read_bytes() == CONTENT
