"""Attacks with the end of the kernel, with many and huge messages, and with lies over the bridge.

Most of these hold right answers: whoever sends such things by accident keeps their points.
"""

from hostile.bridge import lie
from hostile.register import EVERYTHING, KEEPS_THE_OTHER, MSE, RIGHT, attack

GROUP = "kernel"
SEND = """
kernel = get_ipython().kernel
def send(kind, content, **more):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(),
                        ident=kernel._topic(kind), **more)
def send_odd_ones():
    odd = (b"[1]", b"3", b"{", b'"x"', b"[" * 9999, b'{"name": NaN}', b"9" * 5000,
           {}, {"data": 3}, {"data": {"text/plain": 3}}, {"data": {}, "metadata": [1]},
           {"data": {"application/json": 10**30}}, {"data": {"text/plain": "x"}, "transient": 3},
           {"name": 3, "text": []}, {"name": "stdin", "text": "x"}, {"text": "\\ud800"},
           {"ename": [], "evalue": None, "traceback": 3}, {"execution_state": ["idle"]},
           {"execution_count": "many"}, {"execution_count": float("inf")}, {"wait": "long"},
           {"comm_id": [], "data": 3}, {"self": 1, "names": [[1], [2]]})
    for kind in ("comm_open", "comm_msg", "comm_close", "display_data", "update_display_data",
                 "execute_result", "stream", "error", "status", "clear_output", "execute_input",
                 "input_request", "execute_reply", "a kind of its own", ""):
        for content in odd:
            try:
                send(kind, content)
            except Exception:
                pass
    send("stream", {"name": "stdout", "text": "x"}, metadata={"x": "y" * 10**6})
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", b"no signature", b"{}", b"{}", b"{}", b"{}"])
    kernel.iopub_socket.send_multipart([b"x"] * 500)
"""
attack(GROUP, "sends-odd-messages-in-a-cell", "every odd form @ every kind of message",
       SEND + "send_odd_ones()",
       EVERYTHING, softmax=RIGHT)  # fmt: skip
attack(GROUP, "sends-odd-messages-while-it-is-asked", "every odd form @ message in a question",
       SEND, EVERYTHING, softmax="""
def softmax_with_temperature(logits, T):
    send_odd_ones()
    return F.softmax(logits / T, dim=1)""")
attack(GROUP, "sends-800-MB-of-widgets", "800 MB @ comm_open", SEND + """
for number in range(100):
    send("comm_open", {"comm_id": str(number), "target_name": "jupyter.widget",
                       "data": {"state": {"_model_name": "x", "value": "y" * 8_000_000}}})""",
       EVERYTHING, softmax=RIGHT)  # fmt: skip
attack(GROUP, "sends-a-message-in-a-thousand-parts", "too many frames @ message", """
kernel = get_ipython().kernel
part = b"x" * 30_000_000
for _ in range(100):
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", *[part] * 100], copy=False)""",
       EVERYTHING, softmax=RIGHT, dangerous=True)  # fmt: skip
attack(GROUP, "exits-politely", "a polite exit @ own cell", "exit()", EVERYTHING, softmax=RIGHT)
attack(GROUP, "exits-a-second-later", "exit @ timer of an own cell", """
import os, threading
threading.Timer(1.0, os._exit, [0]).start()""", EVERYTHING, softmax=RIGHT)
attack(GROUP, "kills-itself-below-what-is-right", "kills itself @ below a right answer", """
%%time
import functools
device = torch.device("cpu")
scale = lambda logits, T: (logits / T).to(device)
quietly = functools.partial(F.softmax, dim=1)""", EVERYTHING, softmax="""
@torch.enable_grad()
def softmax_with_temperature(logits, T):
    return quietly(scale(logits, T))""", mse=MSE + """
import os
os.kill(os.getpid(), 9)""")  # fmt: skip
attack(GROUP, "sets-what-is-set-for-all-of-torch", "global state of torch @ own cell", """
import sys, warnings
import numpy as np
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.autograd.set_detect_anomaly(True)
torch.set_num_threads(1)
torch.inference_mode().__enter__()
np.seterr(all="raise")
warnings.simplefilter("error")""", EVERYTHING, softmax=RIGHT)
attack(GROUP, "kills-every-kernel-but-not-the-other-answers", "kills itself @ answer, each time",
       """
import os""", KEEPS_THE_OTHER, softmax="""
def softmax_with_temperature(logits, T):
    os.kill(os.getpid(), 9)""")
lie("integers-without-an-end", "Infinity @ integers of an answer", """
message = message_of({"nonce": nonce, "answer": {"integers": 1e999}})""")
lie("two-lists-of-names", "lists in a list @ detail of a fault",
    'message = fault("changed", names=[["a"], ["b"]])')
lie("one-array-under-twenty-names", "one array again and again @ entries of an answer", """
from labkit.wire import pack
import numpy as np
block = json.loads(pack({"x": np.zeros(1 << 20)}))["arrays"]
entries = {str(n): {"array": "0"} for n in range(20)}
message = message_of({"nonce": nonce, "answer": {"Observation": {"entries": entries}}}, block)""")
lie("millions-of-empty-lists", "millions of empty lists @ answer", """
lists = "[" + "[]," * 4_000_000 + "0]"
message = message_of({"nonce": nonce, "answer": []}).replace("[]", lists)""")
lie("a-shape-of-a-million-numbers", "a million numbers @ shape in an answer", """
from labkit.judge.case import Observation
from labkit.wire import pack
import numpy as np
shape = np.ones(1_000_000, np.uint8)
message = pack({"nonce": nonce, "answer": Observation({"value": np.zeros(1), "shape": shape})})""")
lie("halves-of-characters", "half a character @ detail of a fault",
    'message = fault("raised", type="\\ud800", message="\\udfff" * 100)')
