# make lab: set up and open the course.   make check: what you run while you work, six minutes.
# make test: the fast tests, all exercises and notebooks.   make test-all: the slow tests, too.
# make coverage: which lines the tests run.   make versions: three Pythons, oldest and newest packages.
# Another Python: make lab PYTHON=/path/to/python3.12.   See README.md and CONTRIBUTING.md.

BIN := .venv/bin
STAMP := .venv/.installed
# Two processes: what is independent runs side by side, and each imports TensorFlow once.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile
# A test runs the exercises (test_exercises_run.py), all in one process.
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=900 --ignore=notebooks/exercises
COVERAGE := --cov --cov-append --cov-report=
# The longest first, or one process would wait for the other at the end.
NOTEBOOKS := notebooks/08_training.ipynb notebooks
# Jupyter refuses to start for root, who is the only user in many containers.
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: setup lab lint check test test-all test-slow test-slowest coverage versions notebooks gallery figures slides site train \
	nuclei photos pretraining bench ablation dialects probe onnx-ap explorer \
	exercises quizzes clean-notebooks
.DEFAULT_GOAL := setup

setup: $(STAMP)

# Again only when the dependencies may have changed.
$(STAMP): pyproject.toml
	@sh scripts/setup.sh "$(PYTHON)"
	@touch $@

lab: setup
	$(BIN)/jupyter trust notebooks/*.ipynb notebooks/exercises/*.ipynb
	$(if $(ALLOW_ROOT),@echo "You are root: JupyterLab starts with --allow-root.")
	$(BIN)/jupyter lab --ip=127.0.0.1 $(ALLOW_ROOT) notebooks

# Style, and types.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint
	$(PYTEST) -m "not slow and not minutes"

# Everything runs also when a test fails; the exit code tells of all. (Each part has processes of its
# own, so none grows beyond 3 GB.)
test: lint
	@code=0; \
	$(PYTEST) -m "not slow and not minutes" || code=1; \
	$(PYTEST) tests/project/test_exercises_run.py || code=1; \
	MASKRCNN_EXPLAINED_PROGRESS=none $(PYTEST) $(NBVAL) $(NOTEBOOKS) || code=1; \
	exit $$code

# More than about three seconds per test: builds, browsers, whole runs of models.
test-slow: setup
	@code=0; \
	$(PYTEST) -m "slow and not minutes" tests/test_*.py || code=1; \
	$(PYTEST) -m "slow and not minutes" $(wildcard tests/*/) || code=1; \
	exit $$code

# More than about ten: they train, kill processes, start servers or build the site, one after the other.
test-slowest: setup
	$(BIN)/python -m pytest -m minutes

test-all:
	@code=0; \
	$(MAKE) test || code=1; \
	$(MAKE) test-slow || code=1; \
	$(MAKE) test-slowest || code=1; \
	exit $$code

# Lines of the package that tests run, without the notebooks, also in processes that tests start.
# The same parts as in `test`, added up; below 95 of 100 lines the last step fails.
coverage: setup
	$(BIN)/coverage erase
	@code=0; \
	$(PYTEST) $(COVERAGE) -m "not slow and not minutes" || code=1; \
	$(PYTEST) $(COVERAGE) -m "slow and not minutes" tests/test_*.py || code=1; \
	$(PYTEST) $(COVERAGE) -m "slow and not minutes" $(wildcard tests/*/) || code=1; \
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=95 || code=1; \
	exit $$code

# On Python 3.11 to 3.13, which must be on the PATH, with the oldest and with the newest version of
# every dependency: six environments in .nox, about 2 GB each. Writes the table in CONTRIBUTING.md.
versions: setup
	@code=0; \
	$(BIN)/nox || code=1; \
	$(BIN)/python scripts/versions.py || code=1; \
	exit $$code

notebooks: setup
	$(BIN)/python scripts/execute_notebooks.py

# After a change in notebooks/exercises/*.py: the learners' notebooks, and the executed solutions.
exercises: setup
	$(BIN)/python scripts/make_exercises.py

# After a change in course/quizzes/q*.py, or in what its numbers come from.
quizzes: setup
	$(BIN)/python scripts/make_quizzes.py
	$(BIN)/python scripts/show_quizzes.py

# Copies with headings, code and questions only, in build/clean_notebooks: to recall from.
clean-notebooks: setup
	$(BIN)/python scripts/clean_notebooks.py

# After any notebook was executed: the figures as files, and the page that shows them.
gallery: setup
	$(BIN)/python scripts/make_gallery.py

figures: setup
	$(BIN)/python scripts/make_figures.py

# The decks of teaching/slides, in build/slides: open index.html there.
slides: setup
	$(BIN)/sphinx-build -q -E -W --keep-going -b revealjs -d build/slides-trees teaching/slides build/slides
	@echo "build/slides/index.html"

# The whole course as pages, in build/site: open index.html there. `make explorer` before it puts the
# explorer into it.
site: slides
	$(BIN)/python scripts/make_site.py

train: setup
	$(BIN)/maskrcnn-explained train --folder build/first --image-min-side 0
	$(BIN)/maskrcnn-explained train --folder build/second --weights build/first/weights.h5 \
		--image-min-side 256 --first-scene 120000 --steps 22000 --learning-rate 0.001 --warmup-steps 500 --seed 2 --steps-per-epoch 1000
	$(BIN)/maskrcnn-explained train --folder build/third --weights build/second/weights.h5 \
		--image-min-side 300 --first-scene 208000 --steps 8000 --learning-rate 0.0007 --warmup-steps 300 --seed 3 --steps-per-epoch 1000
	$(BIN)/maskrcnn-explained train --folder build/fourth --weights build/third/weights.h5 \
		--image-min-side 300 --smooth-l1-beta 0.1 --first-scene 240000 --steps 6000 \
		--learning-rate 0.0006 --warmup-steps 300 --seed 4 --steps-per-epoch 1000
	$(BIN)/maskrcnn-explained train --folder build/fifth --weights build/fourth/weights.h5 \
		--image-min-side 300 --smooth-l1-beta 0.1 --first-scene 264000 --steps 5000 \
		--learning-rate 0.00025 --warmup-steps 200 --seed 5 --steps-per-epoch 1000

nuclei: setup
	$(BIN)/python scripts/train_nuclei.py
	$(BIN)/python scripts/make_nuclei_card.py

# From photographs of COCO, which are not part of this repository: make photos PHOTOS=FOLDER
# (see data/examples/photos.py), for each has a licence of its own.
photos: setup
	@test -n "$(PHOTOS)" || { echo "make photos PHOTOS=FOLDER, the folder of the photographs"; exit 2; }
	$(BIN)/python scripts/train_photos.py --data "$(PHOTOS)"
	$(BIN)/python scripts/make_photos_card.py --data "$(PHOTOS)"

pretraining: setup
	@test -n "$(PHOTOS)" || { echo "make pretraining PHOTOS=FOLDER, as for photos"; exit 2; }
	$(BIN)/python scripts/pretraining.py --data "$(PHOTOS)"

# Writes assets/bench.json and the table in the README. torchvision may be in another environment:
# make bench PEER_PYTHON=/path/to/its/python
bench: setup
	$(BIN)/python benchmarks $(if $(PEER_PYTHON),--peer-python "$(PEER_PYTHON)")

ablation: setup
	$(BIN)/python scripts/pooling_ablation.py

dialects: setup
	$(BIN)/python scripts/dialect_costs.py

# Pages in which a model runs, in build: explorer.html, explorer_nuclei.html, explorer_photos.html.
explorer: setup
	$(BIN)/python scripts/make_explorer.py

# AP of the model in onnxruntime, beside TensorFlow's.
onnx-ap: setup
	$(BIN)/python scripts/onnx_ap.py

probe: setup
	$(BIN)/python scripts/cell_probe.py
