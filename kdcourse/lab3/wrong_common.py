"""What the tables of several exercises of lab 3 use."""

from __future__ import annotations

from labkit.judge.messages import Text

_ALONG_BATCH = Text(
    "cosine을 batch 방향(dim=0)으로 계산했습니다. 한 이미지의 벡터끼리 비교해야 합니다.",
    "The cosine runs along the batch (dim=0). Each image's two vectors are to be compared.",
)
