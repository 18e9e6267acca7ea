"""Whatever a kernel sends is a message of a known form, or noise."""

import json

import pytest
import zmq
from jupyter_client.session import Session

from autograder.execution import hearing
from autograder.execution.contents import FORMS, MalformedError, well_formed
from autograder.execution.hearing import NOISE, read_message

SESSION = Session(key=b"key")


def frames(kind="stream", content=None, parent="asked", metadata=None, session=SESSION):
    """The frames of a message, as they arrive."""
    content = {"name": "stdout", "text": "x"} if content is None else content
    message = session.msg(kind, content, parent={"msg_id": parent}, metadata=metadata)
    return [b"topic", *session.serialize(message)]


def raw(*parts, session=SESSION):
    """Frames with what a program of one's own put there, rightly signed."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in parts]
    return [b"topic", b"<IDS|MSG>", session.sign(parts[:4]), *parts]


def hear(frames):
    return read_message(SESSION, [zmq.Frame(part) for part in frames])


HEADER = {"msg_id": "1", "msg_type": "stream", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
TEXT = {"name": "stdout", "text": "x"}


def test_an_honest_message_arrives_as_it_is():
    heard = hear(frames())
    assert (heard["msg_type"], heard["parent_header"]["msg_id"]) == ("stream", "asked")
    assert heard["content"] == TEXT
    assert 100 < heard["size"] < 200


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"topic"],
        [b"<IDS|MSG>"] * 3,
        [b"x"] * 2000,
        raw(HEADER, {}, {}),
        raw(HEADER, {}, {}, b"{"),
        raw(HEADER, {}, {}, []),
        raw(HEADER, {}, {}, 3),
        raw(HEADER, [], {}, TEXT),
        raw(HEADER, 3, {}, TEXT),
        raw([], {}, {}, TEXT),
        raw({}, {}, {}, TEXT),
        raw({**HEADER, "msg_type": ["stream"]}, {}, {}, {}),
        raw({**HEADER, "version": "4.1"}, {}, {}, {"data": 3}),
        raw({**HEADER, "version": 3}, {}, {}, TEXT),
        raw({**HEADER, "date": [1]}, {}, {}, {}),
        raw(HEADER, {}, {}, b"[" * 100_000),
        raw(HEADER, {}, {}, b"9" * 5000),
        raw(HEADER, {}, {}, b'{"name": "stdout", "text": ' + b"9" * 5000 + b"}"),
        raw({**HEADER, "msg_id": "x" * 100_000}, {}, {}, TEXT),
        raw(HEADER, {}, {"x": "y" * 100_000}, TEXT),
        frames(session=Session(key=b"another")),
        [b"topic", b"<IDS|MSG>", b"", *frames()[3:]],
    ],
    ids=lambda parts: f"{len(parts)} {str(parts[-1:])[:30]}",
)
def test_what_is_no_message_is_noise(parts):
    heard = hear(parts)
    assert heard["msg_type"] in (NOISE, "'stream'")
    assert isinstance(heard["parent_header"]["msg_id"], str)
    assert isinstance(heard["content"], dict)
    assert heard["size"] >= sum(map(len, parts[5:]))


def test_a_message_that_came_before_is_noise():
    again = frames()
    assert hear(again)["msg_type"] == "stream"
    assert hear(again)["msg_type"] == NOISE


def test_noise_is_about_the_cell_that_made_it():
    heard = hear(frames("display_data", {}, parent="cell 3"))
    assert (heard["msg_type"], heard["parent_header"]["msg_id"]) == (NOISE, "cell 3")
    assert "display_data: KeyError: 'data'" in heard["content"]["why"]


def test_what_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(hearing, "MOST_CONTENT", 1000)
    heard = hear(frames("stream", {"name": "stdout", "text": "x" * 2000}))
    assert heard["msg_type"] == NOISE
    assert heard["size"] > 2000


def test_buffers_count_and_are_dropped():
    heard = hear([*frames("comm_open", {"comm_id": "1", "data": {}}), b"x" * 10_000])
    assert heard["size"] > 10_000
    assert heard["content"] == {} and heard["buffers"] == []


ODD = [None, 3, [], {}, "x", float("nan"), float("inf"), True, ["a", 1], {"a": 10**30}, "\ud800"]
GOOD = {
    "stream": TEXT,
    "display_data": {"data": {"text/plain": "x"}, "metadata": {}},
    "update_display_data": {"data": {}, "metadata": {}, "transient": {"display_id": "1"}},
    "execute_result": {"data": {"text/plain": "3"}, "metadata": {}, "execution_count": 3},
    "execute_input": {"code": "3", "execution_count": 3},
    "error": {"ename": "E", "evalue": "v", "traceback": ["line"]},
    "status": {"execution_state": "idle"},
    "clear_output": {"wait": True},
    "execute_reply": {"status": "error", "ename": "E", "evalue": "v", "traceback": ["line"]},
    "kernel_info_reply": {"language_info": {"name": "python"}},
}


def test_every_kind_that_is_heard_has_an_honest_example():
    assert GOOD.keys() == FORMS.keys()
    for kind, content in GOOD.items():
        made = well_formed(kind, content)
        assert made.items() <= {"execution_count": None, **content}.items()


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_each_field_may_be_missing_or_anything(kind, odd):
    """What is made of it can be written into a notebook, whatever it was."""
    for name in GOOD[kind]:
        for content in (
            {n: v for n, v in GOOD[kind].items() if n != name},
            {**GOOD[kind], name: odd},
            {**GOOD[kind], name: {"application/json": odd, "text/plain": odd}},
            odd,
        ):
            try:
                made = well_formed(kind, content)
            except MalformedError:
                assert kind != "execute_reply" or not isinstance(content, dict)
                continue
            json.dumps(made, allow_nan=False, ensure_ascii=False).encode()


def test_text_keeps_what_can_be_written():
    assert well_formed("stream", {"name": "stdout", "text": "가\ud800"})["text"] == "가?"
    shown = well_formed("display_data", {"data": {"text/plain": ["a\n", "b"]}, "metadata": None})
    assert shown["data"] == {"text/plain": "a\nb"}


def test_data_may_be_nested_so_deep_and_no_deeper():
    deep = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(MalformedError, match="deep"):
        well_formed("display_data", {"data": {"application/json": deep}, "metadata": {}})


def test_widgets_messages_hold_nothing():
    assert well_formed("comm_open", {"comm_id": "1", "data": {"state": "x" * 1000}}) == {}
