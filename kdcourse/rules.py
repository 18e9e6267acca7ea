"""What exercises must not be made of: as their texts say it, in the source, and while they run."""

from __future__ import annotations

from labkit.judge.messages import Text
from labkit.rules import Rule

CROSS_ENTROPY = Rule(
    Text(
        "`nn.CrossEntropyLoss`, `F.cross_entropy`처럼 이미 만들어진 cross-entropy 함수는 사용하지 "
        "않습니다.",
        "Ready-made cross-entropy functions, such as `nn.CrossEntropyLoss` or `F.cross_entropy`, "
        "are not allowed.",
    ),
    ("torch:cross_entropy", "torch:CrossEntropyLoss", "torch:cross_entropy_loss",
     "torch:linear_cross_entropy", "torch:LinearCrossEntropyLoss"),
    watched=("cross_entropy", "cross_entropy_loss"),
)  # fmt: skip

STUDENT = Rule(
    Text(
        "`kdlab.models`의 네트워크는 사용하지 않습니다.",
        "Do not use a network of `kdlab.models`.",
    ),
    ("kdlab.models",),
    watched=("kdlab.models.student.StudentCNN",),
)

ACCURACY = Rule(
    Text("`kdlab.accuracy`는 사용하지 않습니다.", "Do not use `kdlab.accuracy`."),
    ("kdlab.accuracy", "kdlab.evaluation.accuracy"),
    watched=("kdlab.evaluation.accuracy",),
)

SOFT_TARGETS = Rule(
    Text(
        "`F.kl_div`와 `nn.KLDivLoss`는 사용해도 됩니다. `kdlab.methods`는 사용하지 않습니다.",
        "`F.kl_div` and `nn.KLDivLoss` are allowed; `kdlab.methods` is not.",
    ),
    ("kdlab.methods",),
)

GRADIENT = Rule(
    Text(
        "Autograd(`backward`, `torch.autograd.grad` 등)를 사용하지 않고 식으로 직접 계산합니다.",
        "Compute it from the formula, without autograd (`backward`, `torch.autograd.grad` and the "
        "like).",
    ),
    ("torch:grad", "torch:backward", "torch.func", "functorch", "torch.autograd.functional",
     "torch.autograd.forward_ad", ".backward", ".grad"),
    watched=("backward", "grad"),
)  # fmt: skip

COSINE = Rule(
    Text(
        "이미 만들어진 cosine embedding loss(`nn.CosineEmbeddingLoss`, "
        "`F.cosine_embedding_loss`)는 사용하지 않습니다. `F.cosine_similarity`는 사용해도 됩니다.",
        "Ready-made cosine embedding losses (`nn.CosineEmbeddingLoss`, `F.cosine_embedding_loss`) "
        "are not allowed; `F.cosine_similarity` is.",
    ),
    ("torch:cosine_embedding_loss", "torch:CosineEmbeddingLoss"),
    watched=("cosine_embedding_loss",),
)

MSE = Rule(
    Text(
        "이미 만들어진 `F.mse_loss`와 `nn.MSELoss`는 사용하지 않습니다.",
        "The ready-made `F.mse_loss` and `nn.MSELoss` are not allowed.",
    ),
    ("torch:mse_loss", "torch:MSELoss"),
    watched=("mse_loss",),
)
