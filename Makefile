# make demo   builds synfin and shows it on a recorded connection
# make test   builds and runs every test

PREFIX ?= /usr/local
DESTDIR ?=
# Flags for every build, so that no target rebuilds what another has built.
SWIFTFLAGS ?=

SWIFT ?= swift
# On Linux the Swift runtime goes into the binary, which then runs where no Swift is installed.
STATIC = $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
# macOS has it in its SDK.
HAS_CURSES = $(if $(filter Darwin,$(shell uname -s)),true,pkg-config --exists ncursesw 2>/dev/null)
# As root without sudo, which a container may lack.
APT_INSTALL = as_root=; [ "$$(id -u)" -eq 0 ] || as_root=sudo; $$as_root apt-get update -qq && \
  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
TOOLS = tcpdump python3 tmux $(if $(filter Linux,$(shell uname -s)),ip setpriv chromium)
BINARY = .build/release/synfin
EXAMPLE = Fixtures/four-way-close-by-client/client.pcap
SOURCES = Package.swift $(shell find Sources -type f 2>/dev/null)
PYTHON_FILES = $(shell find Fixtures Benchmarks Fuzz Tests -name '*.py' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo docs test allocations oracle bench build install uninstall format lint clean dependencies tools

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## install what is missing, build, and tell the life of a recorded connection
	@printf '\n$$ synfin %s\n\n' '$(EXAMPLE)'
	@$(BINARY) $(EXAMPLE)
	@printf '\n$$ synfin show %s 1\n\n' '$(EXAMPLE)'
	@$(BINARY) show $(EXAMPLE) 1
	@printf '\nNow with a capture of yours: %s FILE\n' '$(BINARY)'

test: dependencies tools ## install what is missing, build, and run every test
	$(SWIFT) build --build-tests $(SWIFTFLAGS)
	$(SWIFT) test --skip-build $(SWIFTFLAGS)

allocations: build ## check that packets cost the release binary no allocations
	SYNFIN_BINARY='$(CURDIR)/$(BINARY)' $(SWIFT) test --filter AllocationTests $(SWIFTFLAGS)

oracle: build ## compare with what tshark and Zeek say of public captures, if ORACLE holds them
	@.ci/oracle

bench: build ## measure against floors and peers; options in BENCH, see Benchmarks/README.md
	@$(MAKE) --no-print-directory -C Benchmarks
	@python3 Benchmarks/bench.py $(BENCH)

docs: build ## draw the pictures and write the lists in docs/ again
	@mkdir -p docs/images
	$(BINARY) help record > docs/record.md
	$(BINARY) show --utc $(EXAMPLE) 1 --svg docs/images/ladder.svg
	$(BINARY) graph Fixtures/lossy-transfer/client.pcap 1 --kind sequence -o docs/images/sequence.svg
	$(BINARY) graph Fixtures/zero-window/client.pcap 1 --kind flight -o docs/images/flight.svg

build: dependencies $(BINARY) ## build the release binary

$(BINARY): $(SOURCES)
	$(SWIFT) build -c release --product synfin $(STATIC) $(SWIFTFLAGS)
	@touch $@

install: build ## install to PREFIX (/usr/local), below DESTDIR if set
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(BINARY) '$(DESTDIR)$(PREFIX)/bin/synfin'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/synfin'

format: ## bring the code into its format
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

lint: ## check format, documentation comments and scripts
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
ifneq ($(PYTHON_FILES),)
	PYTHONPYCACHEPREFIX=.build/pycache python3 -m py_compile $(PYTHON_FILES)
endif

clean: ## remove what was built
	rm -rf .build

# Headers of libpcap and curses, found by pkg-config; all come with the system's packages.
dependencies:
	@command -v $(SWIFT) >/dev/null || { \
	  echo 'Swift 6.2 or later is missing: see https://www.swift.org/install/' >&2; exit 1; }
	@if pkg-config --exists libpcap 2>/dev/null && $(HAS_CURSES); then :; \
	elif command -v apt-get >/dev/null; then $(APT_INSTALL) libpcap-dev libncurses-dev pkg-config; \
	elif command -v brew >/dev/null; then HOMEBREW_NO_AUTO_UPDATE=1 brew install libpcap pkgconf; \
	else \
	  echo 'libpcap, ncurses with their headers and pkg-config are missing: install them' >&2; exit 1; \
	fi

# Tests use a second opinion, real interfaces, a real terminal and a real browser; what is missing is skipped.
tools:
	@missing=; for tool in $(TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -z "$$missing" ]; then :; \
	elif command -v apt-get >/dev/null; then \
	  $(APT_INSTALL) tcpdump iproute2 util-linux python3 tmux chromium; \
	else echo "tests that need these are skipped:$$missing" >&2; fi
