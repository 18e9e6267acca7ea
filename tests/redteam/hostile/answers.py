"""Attacks with answers that are well-formed and yet no answers: sizes, shapes, names, numbers."""

from hostile.bridge import lie

GROUP = "answers"


def said(name, where, body):
    """Register an answer of this group."""
    lie(name, where, body, group=GROUP)


said("infinity-for-integers", "Infinity @ integers",
     'message = message_of({"nonce": nonce, "answer": {"integers": float("inf")}})')  # fmt: skip
said("a-list-for-the-kind", "a list @ kind of a fault", 'message = fault(["raised"])')
said("a-detail-called-self", "a reserved name @ fault details", """
details = {"self": 1, "type": "a", "message": "b"}
message = message_of({"nonce": nonce, "answer": {"Fault": {"kind": "raised", "details": details}}})
""")
said("lists-of-names", "lists for texts @ fault details", """
message = fault("raised", type=["a"] * 40, message=["b" * 400] * 40)""")
said("half-a-character-in-a-fault", "half a character @ fault details", r"""
message = fault("raised", type="\ud800", message="\udfff\u202e\x1b[2J")""")
said("one-array-twenty-times", "one array many times @ observation entries", """
import numpy
from safetensors.numpy import save
entries = {"value%d" % n: {"array": "0"} for n in range(20)}
message = with_block(save({"0": numpy.zeros(1 << 20)}), {"Observation": {"entries": entries}})""")
said("empty-lists", "lists of empty lists @ answer field",
     'message = message_of({"nonce": nonce, "answer": [[[]] * 9] * 19_000})')  # fmt: skip
said("a-shape-of-millions", "a huge shape entry @ observation entries", """
import numpy
from safetensors.numpy import save
block = save({"0": numpy.ones(5_000_000)})
entries = {"value": {"floats": 0.5}, "shape": {"array": "0"}, "form": {"floats": 0}}
message = with_block(block, {"Observation": {"entries": entries}})""")
said("a-shape-of-nothing-and-terabytes", "zero times huge shape @ arrays block", """
import struct
header = {"0": {"dtype": "F64", "shape": [0, 1 << 40, 1 << 20], "data_offsets": [0, 0]}}
header = json.dumps(header).encode()
message = with_block(struct.pack("<Q", len(header)) + header)""")
said("brain-floats", "a type that numpy lacks @ arrays block", """
import struct
header = {"0": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}
header = json.dumps(header).encode()
message = with_block(struct.pack("<Q", len(header)) + header + b"abcd")""")
said("blanks-in-the-block", "no base64 @ arrays block", """
message = json.dumps({"plain": json.loads(message)["plain"], "arrays": "= = = ="})""")
said("the-same-key-twice", "duplicate keys @ answer message", """
other = message_of({"nonce": nonce, "answer": 3.0})
message = message[:-1] + ", " + other[1:]""")
said("an-observation-in-an-observation", "itself @ fault of an observation", """
inner = {"Observation": {"entries": {}}}
answer = {"Observation": {"entries": {}, "fault": inner}}
message = message_of({"nonce": nonce, "answer": answer})""")
said("an-unknown-tag", "unknown tag @ answer field",
     'message = message_of({"nonce": nonce, "answer": {"Sheet": {"points": 3.0}}})')  # fmt: skip
said("escapes-in-the-names", "escapes and markup @ names of entries", r"""
message = observation({"\x1b[2J[red]<script>\n" + "x" * 15_000: {"floats": 1}})""")
said("numbers-at-the-limit", "overflowing numbers @ observation entries", """
some = {"floats": [1e308, -1e308, 5e-324] * 4}
message = observation(dict.fromkeys(("value", "form", "shape", "gradient:logits"), some))""")
said("unsigned-integers-at-the-limit", "overflowing integers @ arrays block", """
import numpy
from safetensors.numpy import save
block = save({"0": numpy.full((4, 3), 2**64 - 1, dtype=numpy.uint64)})
message = with_block(block)""")
said("a-nonce-in-a-list", "a list @ nonce",
     'message = message_of({"nonce": [nonce], "answer": {"Observation": {"entries": {}}}})')
said("empty-arrays", "empty arrays @ observation entries", """
message = observation(dict.fromkeys(("value", "form", "shape", "inputs", "gradient:logits"),
                                    {"floats": [], "shape": [0]}))""")
said("one-number-for-all", "scalars that broadcast @ observation entries", """
message = observation(dict.fromkeys(("value", "gradient:logits"), {"floats": 0.25}))""")
said("eight-dimensions", "many dimensions @ observation entries", """
message = observation({"value": {"floats": [1.0], "shape": [1] * 60}})""")
said("an-array-that-is-not-there", "a name of nothing @ arrays block", """
message = message_of({"nonce": nonce, "answer": {"array": {"array": "7"}}})""")
said("extra-fields", "unknown fields @ answer message", """
whole = json.loads(message)
whole["points"] = whole["plain"]["score"] = 3.0
whole["plain"]["answer"] = {"Observation": {"entries": {}, "points": 3.0}}
message = json.dumps(whole)""")
