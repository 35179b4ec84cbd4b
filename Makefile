# make lab: set up and open the course. make test: set up and check everything. See README.md.
# Another Python: make lab PYTHON=/path/to/python3.12

BIN := .venv/bin
STAMP := .venv/.installed
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=400
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: setup lab test lint notebooks figures train nuclei bench ablation
.DEFAULT_GOAL := setup

setup: $(STAMP)

# Again only when the dependencies may have changed.
$(STAMP): pyproject.toml
	@sh scripts/setup.sh "$(PYTHON)"
	@touch $@

lab: setup
	$(BIN)/jupyter trust notebooks/*.ipynb
	$(BIN)/jupyter lab --ip=127.0.0.1 notebooks

test: setup lint
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest $(NBVAL) notebooks

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: setup
	$(BIN)/python scripts/execute_notebooks.py

figures: setup
	$(BIN)/python scripts/make_figures.py

train: setup
	$(BIN)/maskrcnn-explained train --folder build/first --image-min-side 0
	$(BIN)/maskrcnn-explained train --folder build/second --weights build/first/scenes.h5 \
		--image-min-side 256 --first-scene 120000 --steps 22000 --learning-rate 0.001 --warmup-steps 500 --seed 2
	$(BIN)/maskrcnn-explained train --folder build/third --weights build/second/scenes.h5 \
		--image-min-side 300 --first-scene 208000 --steps 8000 --learning-rate 0.0007 --warmup-steps 300 --seed 3
	$(BIN)/maskrcnn-explained train --folder build/fourth --weights build/third/scenes.h5 \
		--image-min-side 300 --smooth-l1-beta 0.1 --first-scene 240000 --steps 6000 \
		--learning-rate 0.0006 --warmup-steps 300 --seed 4
	$(BIN)/maskrcnn-explained train --folder build/fifth --weights build/fourth/scenes.h5 \
		--image-min-side 300 --smooth-l1-beta 0.1 --first-scene 264000 --steps 5000 \
		--learning-rate 0.00025 --warmup-steps 200 --seed 5

nuclei: setup
	$(BIN)/python scripts/train_nuclei.py
	$(BIN)/python scripts/make_nuclei_card.py

bench: setup
	$(BIN)/python benchmarks

ablation: setup
	$(BIN)/python scripts/pooling_ablation.py
