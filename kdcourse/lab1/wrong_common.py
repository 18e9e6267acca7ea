"""What the tables of several exercises of lab 1 use."""

from __future__ import annotations

from labkit.judge.messages import Text

_SIGN = Text(
    "부호가 반대입니다. 이 loss를 줄이면 정답 class의 확률이 작아집니다.",
    "The sign is the opposite: less of this loss means less probability for the true class.",
)


_ITEM = Text(
    "Loss가 텐서가 아니라 Python 수입니다. 역전파할 수 없습니다.",
    "The loss is a plain number instead of a tensor: nothing can be learnt from it.",
)
