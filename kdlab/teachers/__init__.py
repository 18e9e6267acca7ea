"""The trained teacher: loaded if there is one, trained if there is none.

The teacher for ``digits-m`` comes with the package (half precision, 2.4 MB). ``make teachers``
makes it again.
"""

from kdlab.teachers.cached import CachedTeacher, remember
from kdlab.teachers.load import load_teacher
from kdlab.teachers.train import augment, train_teacher
from kdlab.teachers.views import Views

__all__ = ["CachedTeacher", "Views", "augment", "load_teacher", "remember", "train_teacher"]
