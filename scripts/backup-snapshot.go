#!/usr/bin/env -S gpfsh run
