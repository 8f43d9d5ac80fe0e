# What a person does with connbeat from a clone. `make help` lists it.

PUBLISHED := artifacts/publish
# Folders too: a file that went away has left its mark on one.
SOURCES := $(shell find src \( -name bin -o -name obj \) -prune -o -print) \
	Directory.Build.props Directory.Packages.props global.json
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: all run deb test bench soak bpf format clean help sdk

all: connbeat ## Build ./connbeat, one executable file

# The build speaks on stderr: what `make run` prints on stdout are events.
connbeat: $(SOURCES) | sdk
	@dotnet publish src/Connbeat -c Release --use-current-runtime -o $(PUBLISHED) >&2
	@install -m 755 $(PUBLISHED)/connbeat $@

sdk:
	@command -v dotnet >/dev/null || { \
		echo 'connbeat is built with the .NET 10 SDK: https://learn.microsoft.com/dotnet/core/install/linux' >&2; \
		exit 1; }

run: connbeat ## Build what is not built and watch this host; events go to stdout
	@$(SUDO) ./connbeat

deb: connbeat ## Pack it for Debian, as artifacts/connbeat_VERSION_ARCHITECTURE.deb
	@packaging/debian/build.sh connbeat artifacts

test: sdk ## Build everything and run all tests
	@tests/run.sh

bench: connbeat ## Measure the figures that README.md quotes
	@tests/Connbeat.Benchmarks/run.sh

soak: connbeat ## Run the random and the black-box tests for longer
	@testsuite/soak.sh

bpf: ## Compile the eBPF programs anew; takes clang, llvm and libbpf-dev, of Debian 12 for the same bytes
	@src/Connbeat.Linux/Bpf/Programs/build.sh src/Connbeat.Linux/Bpf/Programs/connbeat.bpf.o

format: sdk ## Format the sources as the build demands it
	@dotnet format connbeat.slnx

clean: ## Remove all that was built
	@rm -rf connbeat artifacts BenchmarkDotNet.Artifacts
	@find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16
