# Everything that an instructor or a maintainer runs. `make` alone lists the targets.
# `make demo` and `make test` need Python 3.11 or later and make; they set up the rest themselves.

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint test-fast test-notebooks journey redteam fuzz selfcheck release explore outputs checks teachers grid bundle lab grade bench bench-class clean
.NOTPARALLEL:

# Set on the command line: make setup PYTHON=python3.12, make release LANGUAGE=ko, ...
# (`:=` keeps LANGUAGE and PYTHON of the environment out; both are often set for other reasons.)
PYTHON :=
TORCH_INDEX_URL :=
LANGUAGE := both
LAB :=
DIST := dist
IMAGES :=
FOR :=
FUZZ := 10000
SEEDS := 3
EXPLORE := explore_response explore_features explore_relations explore_schemes

VENV := .venv
STAMP := $(VENV)/.installed
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --quiet --disable-pip-version-check

# nbgrader calls alembic, and the notebooks' kernel is this environment's.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

help:  ## list the targets
	@printf 'usage: make TARGET\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make .venv (PYTHON=..., TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu for a smaller torch)
	@echo "==> $(VENV) is ready"

# A name can be on the PATH and still not work (a version manager's shim), or lack venv (Debian).
FIND_PYTHON := for each in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if $$each -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then echo $$each; break; fi; done

$(STAMP): pyproject.toml autograder/pyproject.toml kdcourse/pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo 'No Python for the set-up: version 3.11 or later with its "venv" module is needed.' >&2; \
	  echo 'Tried: $(or $(PYTHON),python3 python3.13 python3.12 python3.11).' >&2; \
	  echo 'Install one (Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make setup PYTHON=/path/to/python3' >&2; \
	  exit 1; \
	fi; \
	echo "==> Setting up $(VENV) with $$($$python --version): some minutes, up to 6 GB"; \
	$(PY) -m pip --version >/dev/null 2>&1 || $$python -m venv --clear $(VENV)
ifneq ($(TORCH_INDEX_URL),)
	@$(PIP) --index-url $(TORCH_INDEX_URL) torch torchvision
endif
	@$(PIP) --editable . --editable './autograder[test]' --editable ./kdcourse
	@touch $@

demo: $(STAMP)  ## the whole life of the four assignments: release, three students, grades, feedback
	@$(PY) -m autograder demo

test: lint test-fast test-notebooks  ## everything that must hold: style, types, tests, notebooks

lint: $(STAMP)  ## style (ruff), types (mypy), and which house may import which (import-linter)
	@echo "==> Style"
	@$(PY) -m ruff check --quiet
	@echo "==> Types"
	@$(PY) -m mypy
	@echo "==> Laws of the houses"
	@$(VENV)/bin/lint-imports --no-cache

test-fast: $(STAMP)  ## the tests that take less than a few seconds each
	@echo "==> Tests"
	@$(PY) -m pytest --quiet -n 2 -m 'not slow'

test-notebooks: $(STAMP)  ## the slow tests: trainings, and every notebook executed
	@echo "==> Slow tests: trainings, and every notebook executed"
	@# They wait for kernels and limits a good part of their time: one more than there are cores.
	@$(PY) -m pytest --quiet -n 3 --dist loadgroup -m slow --durations 8

release: $(STAMP)  ## labs/ from solutions/ (LANGUAGE=both, ko or en)
	@$(PY) -m autograder release --language $(LANGUAGE)
	@$(PY) -m autograder explore --language $(LANGUAGE)
	@$(PY) -m autograder address

explore: $(STAMP)  ## labs/explore/ executed anew, with outputs (EXPLORE=explore_response for one)
	@$(PY) -m autograder explore --language $(LANGUAGE) $(EXPLORE)

journey: $(STAMP)  ## from the published zip to the feedback, each lab trained as students train it
	@JOURNEY=full $(PY) -m pytest --quiet -n 2 --dist loadgroup tests/journey

redteam: $(STAMP)  ## one class of hostile, broken and unusual submissions, with this grader and with stock nbgrader
	@$(PY) tests/redteam/run.py

fuzz: $(STAMP)  ## generated notebooks and kernel messages (FUZZ=10000 of each)
	@FUZZ=$(FUZZ) $(PY) -m pytest --quiet -n 2 tests/fuzz

selfcheck: $(STAMP)  ## what the sandbox for student code holds on this host
	@$(PY) -m autograder selfcheck

outputs: $(STAMP)  ## the outputs in solutions/ that nbval compares, from a run
	@$(PY) -m autograder outputs

checks: $(STAMP)  ## what the visible self-checks compare with, from the hidden checks' references
	@$(PY) -m autograder public-checks

teachers: $(STAMP)  ## train a teacher that is kept in the repository once more (IMAGES=folder:... FOR=cifar10)
	@$(PY) -m kdlab.teachers $(IMAGES) $(FOR)

grid: $(STAMP)  ## lab 2's grid over temperature and loss weights; goes on with what is missing (SEEDS=3)
	@KDLAB_PROFILE=fast $(PY) -m kdlab grid --dataset digits-m --seeds $(SEEDS)

bundle: $(STAMP)  ## what students may have, as dist/bundle/ and a zip (DIST=... for another folder)
	@$(PY) -m autograder bundle --dist $(DIST)

# jupyter/ switches off nbgrader's buttons: its Validate calls a notebook without an answer a success.
lab: $(STAMP)  ## JupyterLab on the student notebooks
	@JUPYTER_CONFIG_PATH=$(CURDIR)/jupyter $(PY) -m jupyter lab --ServerApp.root_dir=labs

GRADED = $(sort $(or $(LAB),$(notdir $(wildcard submitted/*/lab*))))
grade: $(STAMP)  ## grade submitted/<student>/<lab>/, in parallel, and write feedback (LAB=lab1_baseline for one)
	@status=0; $(PY) -m autograder grade $(LAB) || status=$$?; [ $$status -ne 2 ] || exit 2; \
	for lab in $(GRADED); do nbgrader generate_feedback --force $$lab || status=1; done; \
	nbgrader export && exit $$status

bench: $(STAMP)  ## how fast training is, what each method and isolation cost, beside the usual way
	@$(PY) bench/epoch.py
	@$(PY) bench/distillation.py
	@$(PY) bench/methods.py
	@$(PY) bench/isolation.py
	@$(PY) bench/starting.py

bench-class: $(STAMP)  ## how fast a whole class is graded, beside stock nbgrader (STUDENTS=40; an hour on two cores)
	@$(PY) bench/one_class.py --cluster --large --students $(or $(STUDENTS),40)

clean:  ## remove the environment and what was built, not the data
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
