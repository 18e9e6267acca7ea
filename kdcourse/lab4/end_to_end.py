"""Exercise 4-e: the student's network with a regressor, which is to match the teacher's map."""

from __future__ import annotations

from torch import Tensor, nn

from kdcourse.end_to_end.measures import Measure, accuracy
from kdcourse.end_to_end.record import EndToEnd, Phase, Schedule
from kdlab.evaluation import feature_mse
from kdlab.models import StudentCNN
from labkit.judge.messages import Text


class StudentWithRegressor(StudentCNN):
    """The student of lab 4: logits ``(N, C)`` and the regressed map ``(N, 32, 8, 8)``."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.regressor = nn.Conv2d(16, 32, 3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Logits and regressed map."""
        feature_map = self.features(x)  # (N, 16, 8, 8)
        return self.classifier(feature_map.flatten(1)), self.regressor(feature_map)


_MSE = Measure(
    "mse",
    2,
    Text("Teacher의 feature map에 대한 MSE", "MSE to the teacher's feature map"),
    "{:.2f}",
    Text(
        "regressor의 출력이 teacher의 feature map과 너무 다릅니다. MSE가 전체 loss에 제대로"
        " 들어가는지 확인합니다.",
        "The regressor's output is too far from the teacher's feature map. Does the MSE"
        " enter the total loss as it should?",
    ),
    feature_mse,
    higher_is_better=False,
    inside=True,
)

END_TO_END = EndToEnd(
    "4-e",
    step="4-3",
    network=StudentWithRegressor,
    own_class="StudentRegressor",
    teacher="maps",
    bars="lab4",
    measures=(accuracy(2), _MSE),
    phases=(
        Phase(
            1.0,
            {"feature_map_weight": 0.75, "ce_loss_weight": 0.25, "mse_loss": {"loss": "MSELoss"}},
        ),
    ),
    schedule=Schedule(epochs=5),
    method_measure="mse",
    method_weight="feature_map_weight",
)
