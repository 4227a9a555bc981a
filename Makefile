# SPDX-License-Identifier: Apache-2.0
#
# A short front door for meson. `make run` and `make test` work on a bare
# Debian 12: they install what is missing through apt (tools/packages), build,
# and do what they are called.

BUILD = build
PREFIX = /usr/local
ARGS =

.PHONY: all build run test bench fuzz format check package source install \
	screenshots clean help

all: build

build:
	@tools/need build
	@tools/build $(BUILD)

run: build
	@tools/run $(BUILD) $(ARGS)

test:
	@tools/need build test browser
	@tools/build $(BUILD)
	@tools/run-tests $(BUILD) $(ARGS)

bench: build
	@tools/need bench
	@bench/run --holdfast $(BUILD)/holdfast $(ARGS)
	@bench/fleet --build $(BUILD)

fuzz:
	@tools/need build check
	@tools/fuzz build-fuzz $(ARGS)

screenshots: build
	@tools/need test browser
	@tools/screenshots $(BUILD) $(BUILD)/screenshots $(ARGS)

format:
	@tools/need check
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

check:
	@tools/need build check
	@tools/check-layers
	@tools/check-style
	@tools/check-sentences

package:
	@tools/need build package
	@tools/package $(BUILD)

source:
	@tools/need build
	@tools/source $(BUILD)

install: build
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@meson install -C $(BUILD) --no-rebuild

clean:
	@rm -rf $(BUILD) build-*

help:
	@echo 'make run      build, scan this machine, and start a server with it'
	@echo 'make test     build, and run every test'
	@echo 'make build    leave the programs in $(BUILD)/'
	@echo 'make check    style and layers      make format  clang-format'
	@echo 'make fuzz     fuzz every parser     make bench   compare speed'
	@echo 'make package  Debian packages in $(BUILD)/packages'
	@echo 'make screenshots  every page of the console as pictures'
	@echo 'make source   the source package, with the built console'
	@echo 'make install  PREFIX=$(PREFIX)    make clean   remove builds'
