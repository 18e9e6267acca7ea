"""The lecture's two networks, and the feature extractors that its later parts look at."""

from kdlab.models.student import StudentCNN
from kdlab.models.teacher import TeacherCNN

__all__ = ["StudentCNN", "TeacherCNN"]
