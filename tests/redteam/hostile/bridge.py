"""Attacks on the bridge: forged, huge, nested, late, repeated and malformed answers."""

from hostile.register import NOTHING, attack

GROUP = "bridge"
#: Replaces what the kernel's side says; ``message`` is the honest answer, ``nonce`` the question's.
LIE = """
import base64, json
import labkit.answer as room
honest = room.answer
class Said(room.Answer):
    pass
def message_of(plain, arrays=""):
    return json.dumps({{"plain": plain, "arrays": arrays}})
count = [0]
def answer(question):
    nonce = json.loads(question)["plain"]["nonce"]
    asked = json.loads(question)["plain"]
    message = honest(question).text
    count[0] += 1
    def observation(entries):
        return message_of({{"nonce": nonce, "answer": {{"Observation": {{"entries": entries}}}}}})
    def fault(kind, **details):
        fault = {{"kind": kind, "details": details}}
        return message_of({{"nonce": nonce, "answer": {{"Fault": fault}}}})
    def with_block(block, answer=None):
        entries = {{"Observation": {{"entries": {{"value": {{"array": "0"}}}}}}}}
        answer = entries if answer is None else answer
        text = base64.b64encode(block).decode()
        return message_of({{"nonce": nonce, "answer": answer}}, text)
{body}
    return Said(message)
room.answer = answer
"""


def lie(name, where, body, points=NOTHING, group=GROUP):
    """Register a kernel that says something else."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    attack(group, name, where, LIE.format(body=indented), points)


lie("another-nonce", "wrong nonce @ answer message", 'message = message.replace(nonce, "0" * 32)')
lie("an-answer-to-another-question", "replayed answer @ answer message", """
first = globals().setdefault("first", message)
message = first""")
lie("no-json", "a bare number @ answer message", 'message = "3.0"')
lie("not-even-text", "a dictionary @ answer message", "message = {'points': 3.0}")
lie("a-score-for-an-answer", "a score @ answer field",
       'message = message_of({"nonce": nonce, "answer": 3.0})')
lie("nested-for-ever", "too deep @ answer message", 'message = "[" * 200_000 + "]" * 200_000')
lie("wide-for-ever", "too many parts @ answer field",
       'message = message_of({"nonce": nonce, "answer": [0] * 500_000})')
lie("hundred-megabytes", "too long @ answer field",
       'message = message_of({"nonce": nonce, "answer": "x" * 100_000_000})')
lie("arrays-of-objects", "a pickle @ arrays block", """
import pickle
message = with_block(pickle.dumps({"0": 1}))""")
lie("a-header-that-promises-terabytes", "huge shape @ arrays block", """
import struct
promise = {"0": {"dtype": "F64", "shape": [1 << 40], "data_offsets": [0, 1 << 43]}}
header = json.dumps(promise).encode()
message = with_block(struct.pack("<Q", len(header)) + header)""")
lie("a-header-longer-than-the-message", "huge header @ arrays block", """
import struct
message = with_block(struct.pack("<Q", 1 << 62) + b"{}", answer=1)""")
lie("not-a-number", "NaN @ observation entries", """
some = {"floats": [float("nan")] * 12}
message = observation(dict.fromkeys(("value", "form", "shape", "gradient:logits"), some))""")
lie("numbers-as-text", "numbers as text @ observation entries",
       'message = observation({"value": "0.5", "form": "0"})')
lie("arrays-of-text", "arrays of text @ observation entries",
       'message = observation({"value": {"floats": ["a", "b"]}})')
lie("entries-in-a-list", "a list @ observation entries", 'message = observation([1, 2, 3])')
lie("an-unknown-fault", "unknown kind @ fault", 'message = fault("graders_fault")')
lie("a-fault-that-formats", "format fields @ fault details", """
message = fault("raised", type="{0.__class__}", message="{message.__class__.__mro__}")""")
lie("a-fault-with-html", "script @ fault details", """
message = fault("raised", type="<script>alert(1)</script>", message="<img src=x onerror=1>")""")
lie("a-fault-without-its-details", "missing details @ fault", 'message = fault("time")')
lie("a-fault-on-line-none", "no line number @ fault details",
       'message = fault("raised", type="a", message="b", line=None)')
lie("a-fault-that-says-not-attempted", "not attempted @ fault", 'message = fault("not_attempted")')
lie("a-case-for-an-answer", "a case @ answer field", """
case = {"kind": "call", "arguments": {}}
message = message_of({"nonce": nonce, "answer": {"Case": case}})""")
lie("a-million-entries", "too many entries @ observation entries", """
message = observation({str(n): {"floats": 1} for n in range(20_000)})""")
lie("the-same-answer-for-ever", "many answers @ display message", """
from IPython.display import display
for _ in range(50):
    display(Said(observation({})))""")
lie("integers-beyond-measure", "huge integer @ answer field",
       'message = message_of({"nonce": nonce, "answer": 10 ** 400})')
attack(GROUP, "says-it-is-idle-at-once", "idle too early @ status message", """
import labkit.answer as room
honest = room.answer
def answer(question):
    kernel = get_ipython().kernel
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"},
                        parent=kernel.get_parent(), ident=kernel._topic("status"))
    import time; time.sleep(0.2)
    return honest(question)
room.answer = answer""", NOTHING)
attack(GROUP, "answers-in-anothers-name", "another parent @ display message", """
import labkit.answer as room
honest = room.answer
def answer(question):
    kernel = get_ipython().kernel
    parent = {"header": {"msg_id": "someone-else", "session": "another"}}
    kernel.session.send(kernel.iopub_socket, "display_data",
        {"data": {room.ANSWER_TYPE: honest(question).text}, "metadata": {}}, parent=parent)
    return None
room.answer = answer""", NOTHING)
