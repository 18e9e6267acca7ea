"""``python -m autograder.checks`` remakes ``kdlab/checks/public.json``."""

from autograder.checks.public import write

if __name__ == "__main__":
    path = write()
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
