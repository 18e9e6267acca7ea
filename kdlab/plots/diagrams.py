"""What is matched with what, in each lab.

Teacher on top, student below, the loss in the middle; the data come in from the left and the losses
are added up on the right.
"""

from __future__ import annotations

from kdlab.plots.canvas import DATA, LOSS, STUDENT, TEACHER, Canvas, Node
from kdlab.plots.figure import DescribedFigure
from kdlab.plots.style import lab_style

_MAP_16, _MAP_32 = r"$16 \times 8 \times 8$", r"$32 \times 8 \times 8$"
_FROZEN = "TEACHER  (frozen: no gradient)"
_TRAINED = "STUDENT  (trained)"
_LOGITS = (0.15, 1.0, 0.3, 0.08)


def diagram_baseline() -> DescribedFigure:
    """Lab 1: the student's logits are matched with the labels."""
    with lab_style():
        page = Canvas(8.3, 2.6)
        page.band(1.4, 1.1, 5.6, 1.35, _TRAINED, STUDENT)
        image = _image(page, 1.65)
        layers = page.box(Node(2.15, 1.65, 1.1, 0.56), "conv layers", "2 conv, 2 pool", STUDENT)
        feature_map = page.feature_map(3.35, 1.65, _MAP_16, STUDENT, sheets=3)
        linear = page.box(Node(5.05, 1.65, 1.2, 0.56), "linear", r"1024$\to$256$\to$10", STUDENT)
        logits = page.bars(6.4, 1.65, _LOGITS, "logits", STUDENT)
        for start, end in ((image, layers), (layers, feature_map), (linear, logits)):
            page.arrow(start.right, end.left)
        _labelled(page, feature_map, linear, "flatten")
        ce = _cross_entropy(page, logits)
        page.arrow(ce.right, (7.6, ce.y), (7.6, 1.65), (7.0, 1.65), color=STUDENT, dashed=True)
        page.text(7.6, 1.8, "gradient", color=STUDENT, fontsize=8.5)
    page.figure.describe(
        "그림: 이미지가 student의 convolution 층과 linear 층을 지나 logit이 되고, logit과 label의 "
        "cross-entropy가 loss가 됩니다. gradient는 student로 흐릅니다.",
        "Figure: an image passes through the student's convolutions and linear layers and becomes "
        "logits; the cross-entropy of logits and label is the loss, whose gradient goes back to "
        "the student.",
    )
    return page.figure


def diagram_soft_targets() -> DescribedFigure:
    """Lab 2: softened probabilities of the teacher and of the student are matched."""
    with lab_style():
        page = Canvas(9, 4.6)
        page.band(1.4, 3.3, 5.2, 1.2, _FROZEN, TEACHER)
        page.band(1.4, 1.1, 5.2, 1.2, _TRAINED, STUDENT)
        image = _image(page, 2.7)
        _, teacher_probs = _softened(page, image, 3.8, TEACHER)
        logits, student_probs = _softened(page, image, 1.6, STUDENT)
        kl = page.box(
            Node(5.8, 2.7, 1.35, 0.56), "soft targets loss", r"KL$(P\,\|\,Q) \cdot T^2$", LOSS
        )
        page.arrow(teacher_probs.bottom, kl.top)
        page.arrow(student_probs.top, kl.bottom)
        ce = _cross_entropy(page, logits)
        _sum(page, kl, "soft_target_loss_weight", ce, band_end=6.6)
    page.figure.describe(
        "그림: 위의 teacher(고정)와 아래의 student가 같은 이미지를 봅니다. logit을 T로 나눈 값의 "
        "softmax가 teacher에서는 P, student에서는 Q이고, 두 분포의 KL divergence에 T²을 곱한 값이 "
        "soft targets loss입니다. 이 값과 cross-entropy(student의 logit과 label)에 각각 weight를 "
        "곱해 더합니다. gradient는 student로만 흐릅니다.",
        "Figure: teacher (frozen, above) and student (below) see the same image. Logits divided by "
        "T give the probabilities P and Q; their KL divergence times T² is the soft targets loss. "
        "It is added, with weights, to the cross-entropy of the student's logits and the label. "
        "The gradient goes to the student alone.",
    )
    return page.figure


def _softened(page: Canvas, image: Node, y: float, color: str) -> tuple[Node, Node]:
    """From the image through a network to its logits, and to its softened probabilities."""
    teacher = color == TEACHER
    network = page.box(Node(2.05, y, 1.0, 0.46), "network", color=color)
    logits = page.bars(3.6, y, _LOGITS, "logits $v$" if teacher else "logits $z$", color)
    heights = (0.45, 0.95, 0.6, 0.3) if teacher else (0.6, 0.7, 0.55, 0.45)
    probs = page.bars(5.8, y, heights, "$P$" if teacher else "$Q$", color)
    _branch(page, image, network)
    page.arrow(network.right, logits.left)
    _labelled(page, logits, probs, r"softmax$(\,\cdot\, / T)$")
    return logits, probs


def diagram_cosine() -> DescribedFigure:
    """Lab 3: hidden representations of the same length are matched in their direction."""
    with lab_style():
        page = Canvas(9, 4.6)
        page.band(1.4, 3.3, 4.85, 1.2, _FROZEN, TEACHER)
        page.band(1.4, 1.1, 5.85, 1.2, _TRAINED, STUDENT)
        image = _image(page, 2.7)
        teacher_map = _features(page, image, 3.8, 3.25, TEACHER)
        student_map = _features(page, image, 1.6, 3.25, STUDENT)
        flat = page.vector(4.42, 3.8, "2048", TEACHER, cells=6)
        pooled = page.vector(5.7, 3.8, "1024", TEACHER, cells=3)
        hidden = page.vector(5.7, 1.6, "1024", STUDENT, cells=3)
        logits = page.bars(6.75, 1.6, _LOGITS, "logits", STUDENT)
        _labelled(page, teacher_map, flat, "flatten")
        _labelled(page, flat, pooled, "avg_pool1d\nby 2")
        _labelled(page, student_map, hidden, "flatten")
        _labelled(page, hidden, logits, "linear")
        cosine = page.box(Node(5.7, 2.7, 1.3, 0.56), "cosine loss", r"$1 - \cos$", LOSS)
        page.arrow(pooled.bottom, cosine.top)
        page.arrow(hidden.top, cosine.bottom)
        ce = _cross_entropy(page, logits)
        _sum(page, cosine, "hidden_rep_loss_weight", ce, band_end=7.25)
    page.figure.describe(
        "그림: 위의 teacher(고정)는 feature map 32×8×8을 길이 2048로 펼친 다음 avg_pool1d로 길이 "
        "1024로 줄이고, 아래의 student는 feature map 16×8×8을 길이 1024로 펼칩니다. 두 벡터의 "
        "cosine loss와 cross-entropy(student의 logit과 label)에 각각 weight를 곱해 더합니다. "
        "gradient는 student로만 흐릅니다.",
        "Figure: the teacher (frozen, above) flattens its feature map 32×8×8 to 2048 values and "
        "pools them to 1024; the student (below) flattens its map 16×8×8 to 1024 values. The "
        "cosine loss of these two vectors is added, with weights, to the cross-entropy of the "
        "student's logits and the label. The gradient goes to the student alone.",
    )
    return page.figure


def diagram_regressor() -> DescribedFigure:
    """Lab 4: the teacher's feature map is matched with what a regressor makes of the student's."""
    with lab_style():
        page = Canvas(9, 5.4)
        page.band(1.4, 4.1, 5.4, 1.2, _FROZEN, TEACHER)
        page.band(1.4, 1.1, 5.4, 2.0, _TRAINED, STUDENT)
        image = _image(page, 3.55)
        teacher_map = _features(page, image, 4.6, 6.1, TEACHER)
        student_map = _features(page, image, 1.65, 3.3, STUDENT)
        regressor = page.box(
            Node(4.6, 2.55, 1.25, 0.56), "regressor", r"conv $3 \times 3$, 16$\to$32", STUDENT
        )
        predicted = page.feature_map(6.1, 2.55, _MAP_32, STUDENT, sheets=5)
        logits = page.bars(6.1, 1.65, _LOGITS, "logits", STUDENT)
        page.arrow(student_map.top, (student_map.x, regressor.y), regressor.left)
        page.arrow(regressor.right, predicted.left)
        _labelled(page, student_map, logits, "flatten, linear")
        mse = page.box(Node(6.1, 3.55, 1.3, 0.56), "MSE loss", "of all values", LOSS)
        page.arrow(teacher_map.bottom, mse.top)
        page.arrow(predicted.top, mse.bottom)
        ce = _cross_entropy(page, logits)
        _sum(page, mse, "feature_map_weight", ce, band_end=6.8)
    page.figure.describe(
        "그림: 아래의 student는 feature map 16×8×8에 regressor(3×3 convolution)를 적용해 32×8×8을 "
        "만들고, MSE loss는 이것을 위의 teacher(고정)의 feature map과 비교합니다. MSE loss와 "
        "cross-entropy(student의 logit과 label)에 각각 weight를 곱해 더합니다. gradient는 "
        "regressor를 포함한 student로만 흐릅니다.",
        "Figure: the student (below) turns its feature map 16×8×8 into 32×8×8 by a regressor, a "
        "3×3 convolution; the MSE loss compares this with the feature map 32×8×8 of the teacher "
        "(frozen, above). It is added, with weights, to the cross-entropy of the student's logits "
        "and the label. The gradient goes to the student alone, regressor included.",
    )
    return page.figure


def _image(page: Canvas, y: float) -> Node:
    return page.box(Node(0.65, y, 0.9, 0.56), "image", r"$3 \times 32 \times 32$", DATA)


def _features(page: Canvas, image: Node, y: float, x: float, color: str) -> Node:
    """From the image through the convolutions to the feature map of a network."""
    teacher = color == TEACHER
    layers = page.box(Node(2.05, y, 1.0, 0.46), "conv layers", color=color)
    feature_map = page.feature_map(
        x, y, _MAP_32 if teacher else _MAP_16, color, sheets=5 if teacher else 3
    )
    _branch(page, image, layers)
    page.arrow(layers.right, feature_map.left)
    return feature_map


def _branch(page: Canvas, image: Node, layer: Node) -> None:
    """Both networks see the same image."""
    corner = image.right[0] + 0.12
    page.arrow(image.right, (corner, image.y), (corner, layer.y), layer.left)


def _labelled(page: Canvas, start: Node, end: Node, text: str) -> None:
    """An arrow with the name of an operation that has nothing to learn, or is not the point."""
    page.arrow(start.right, end.left)
    page.text((start.right[0] + end.left[0]) / 2, start.y + 0.07, text, fontsize=8.5, va="bottom")


def _cross_entropy(page: Canvas, logits: Node) -> Node:
    """The loss for the labels, in the lowest row."""
    label = page.box(Node(0.65, 0.5, 0.9, 0.56), "label", "class index", DATA)
    ce = page.box(Node(logits.x, 0.5, 1.25, 0.56), "cross-entropy", "loss", LOSS)
    page.arrow(label.right, ce.left)
    page.arrow(logits.bottom, ce.top)
    return ce


def _sum(page: Canvas, distillation: Node, weight: str, ce: Node, band_end: float) -> None:
    """The weighted sum of both losses, and its gradient back to the student."""
    total = page.box(Node(8.4, ce.y + 1.13, 0.8, 0.56), "loss", "sum", LOSS)
    page.arrow(distillation.right, (total.x, distillation.y), total.top)
    page.arrow(ce.right, (total.x, ce.y), total.bottom)
    page.text(
        (distillation.right[0] + total.x) / 2,
        distillation.y + 0.14,
        rf"$\times$ {weight}",
        fontsize=8.5,
    )
    page.text(total.x, ce.y - 0.17, r"$\times$ ce_loss_weight", fontsize=8.5)
    page.arrow(total.left, (band_end, total.y), color=STUDENT, dashed=True)
    page.text(
        (total.left[0] + band_end) / 2, total.y + 0.15, "gradient", color=STUDENT, fontsize=8.5
    )
