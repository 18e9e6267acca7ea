"""Attacks on what the kernel says beside its answers: malformed, huge and untimely messages."""

from hostile.register import KEEPS_THE_OTHER, WRONG, attack

GROUP = "messages"
#: Says anything in the kernel's name; ``raw`` is content that no JSON writer would make.
SAY = """
kernel = get_ipython().kernel
def say(kind, content, change=None, **more):
    session = kernel.session
    message = session.msg(kind, content, parent=kernel.get_parent("shell"))
    if change:
        change(message)
    session.send(kernel.iopub_socket, message, ident=kernel._topic(kind), **more)
"""
IN_A_QUESTION = """
def softmax_with_temperature(logits, T):
{body}
    return logits * T
"""


def message(name, where, body, points=KEEPS_THE_OTHER, **more):
    """Register what an own cell says."""
    attack(GROUP, name, where, SAY + body.strip(), points, **more)


def in_a_question(name, where, body):
    """Register what the answer says while it is asked."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    attack(GROUP, name, where, SAY, softmax=IN_A_QUESTION.format(body=indented))


message("a-display-without-data", "no fields @ display_data", 'say("display_data", {})')
message("a-stream-without-text", "no fields @ stream", 'say("stream", {"name": "stdout"})')
message("a-stream-of-numbers", "wrong types @ stream", 'say("stream", {"name": 5, "text": 3})')
message("an-error-without-a-traceback", "no fields @ error", 'say("error", {"ename": None})')
message("a-state-of-nothing", "no fields @ status", 'say("status", {})')
message("a-state-in-a-list", "a list @ status", 'say("status", [1, 2])')
message("a-comm-without-data", "no fields @ comm_open",
       'say("comm_open", {"comm_id": "1", "target_name": "x"})')  # fmt: skip
message("a-widget-with-a-number-for-a-state", "wrong types @ comm_msg", """
say("comm_open", {"comm_id": "1", "target_name": "jupyter.widget", "data": {"state": {}}})
say("comm_msg", {"comm_id": "1", "data": {"method": "update", "state": 3, "buffer_paths": [[9]]}})
say("comm_close", {})""")
message("widgets-beyond-the-budget", "too much output @ comm_open", """
state = {"description": "x" * 4_000_000}
for number in range(30):
    data = {"state": state, "buffer_paths": []}
    say("comm_open", {"comm_id": str(number), "target_name": "jupyter.widget", "data": data})""")
message("buffers-beyond-the-budget", "too much output @ message buffers", """
for _ in range(10):
    say("display_data", {"data": {}, "metadata": {}}, buffers=[bytes(16_000_000)])""")
message("a-count-that-is-a-word", "wrong types @ execute_input",
       'say("execute_input", {"code": 5, "execution_count": "many"})')  # fmt: skip
message("a-result-without-a-count", "wrong types @ execute_result",
       'say("execute_result", {"data": {"text/plain": 1}, "metadata": None})')  # fmt: skip
message("a-display-id-that-is-a-list", "wrong types @ update_display_data", """
say("update_display_data", {"data": {}, "metadata": {}, "transient": {"display_id": ["x"]}})""")
message("clears-without-saying-when", "no fields @ clear_output", 'say("clear_output", {})')
message("a-kind-of-its-own", "unknown kind @ message", 'say("points", {"2-1": 3.0})')
message("no-id", "no id @ message header",
       'say("stream", {"name": "stdout", "text": "x"}, lambda m: m["header"].pop("msg_id"))')
message("a-parent-in-a-list", "a list @ parent header", """
say("stream", {"name": "stdout", "text": "x"}, lambda m: m.update(parent_header=[1]))""")
message("too-few-frames", "frames missing @ message", """
kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", b""])""")
message("another-signature", "wrong signature @ message", """
key, kernel.session.key = kernel.session.key, b"another"
say("stream", {"name": "stdout", "text": "x"})
kernel.session.key = key""")
message("brackets-for-ever", "too deep @ message content",
       'say("display_data", b"[" * 100_000 + b"]" * 100_000)')  # fmt: skip
message("no-json-at-all", "no JSON @ message content", """say("stream", b"{'name'")""")
message("half-a-character", "half a character @ display_data", r"""
say("display_data", b'{"data": {"text/plain": "\\ud800"}, "metadata": {"\\udfff": 1}}')""")
message("an-infinite-state", "Infinity @ status", """
say("status", b'{"execution_state": Infinity}')""")
message("six-thousand-digits", "huge integer @ message content", """
say("display_data", b'{"metadata": {}, "data": {"text/plain": ' + b"9" * 6000 + b"}}")""")
message("busy-again-and-again", "many messages @ status", """
for _ in range(5000):
    say("status", {"execution_state": "busy"})""")
message("never-idle", "endless wait @ status", """
send = kernel.session.send
def without_status(stream, kind, *rest, **more):
    if kind != "status":
        return send(stream, kind, *rest, **more)
kernel.session.send = without_status""")
message("a-reply-to-nobody", "another's reply @ shell channel", """
kernel.session.send(kernel.shell_stream, "execute_reply", {"status": 7},
                    ident=kernel._parent_ident["shell"])""")
message("a-reply-too-large-for-anybody", "too large a frame @ shell channel", """
kernel.session.send(kernel.shell_stream, "execute_reply", {"status": "x" * 50_000_000},
                    ident=kernel._parent_ident["shell"])""")
message("hangs-up", "closes the connection @ shell channel", """
kernel.shell_stream.close()""")
message("asks-for-input", "asks for input @ stdin channel", """
for ask in (input, __import__("getpass").getpass):
    try:
        ask("points, please: ")
    except Exception as error:
        print(type(error).__name__)""")
message("replies-with-a-payload", "unasked payload @ execute_reply", """
get_ipython().set_next_input("grade('2-1')", replace=True)
get_ipython().payload_manager.write_payload({"source": "ask_exit", "keepkernel": False})
get_ipython().payload_manager.write_payload({"source": ["x"], "text": {"a": 1}})""")
in_a_question("a-display-without-data-in-a-question", "no fields @ message in a question",
              'say("display_data", {})')  # fmt: skip
in_a_question("a-state-in-a-list-in-a-question", "a list @ message in a question",
              'say("status", [1])')  # fmt: skip
in_a_question("no-json-in-a-question", "no JSON @ message in a question", 'say("status", b"{")')
in_a_question("brackets-in-a-question", "too deep @ message in a question",
              'say("display_data", b"[" * 100_000)')  # fmt: skip
in_a_question("frames-missing-in-a-question", "frames missing @ message in a question",
              'kernel.iopub_socket.send_multipart([b"<IDS|MSG>"])')  # fmt: skip
in_a_question("widgets-in-a-question", "too much output @ message in a question", """
for number in range(20):
    say("comm_msg", {"comm_id": "1", "data": {"state": "x" * 4_000_000}})""")
attack(GROUP, "a-result-that-formats-itself", "another type at each read @ mime bundle", """
class Odd:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": 5, 7: "x", "image/png": b"\\xff\\x00", "text/plain": None}
    def _repr_html_(self):
        return object()
display(Odd())
Odd()""", softmax=WRONG)
