package commands

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// build is what the Go command has noted of how this program was made. Nothing is passed to the linker: a program that
// anybody builds from the same sources says the same.
type build struct {
	version  string // of the module: a tag, or a pseudo-version; devel without either
	revision string // of the repository; "" when it was not built in one
	time     string // of that revision
	modified bool   // with changes that are not committed
}

func readBuild(info *debug.BuildInfo) build {
	b := build{version: "devel"}
	if info == nil {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.time":
			b.time = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// writeVersion writes the version, what it was built with and for, and, when it is known, from which revision.
func writeVersion(out io.Writer, b build, goVersion, platform string) error {
	if _, err := fmt.Fprintf(out, "gpfsh %s %s %s\n", b.version, goVersion, platform); err != nil || b.revision == "" {
		return err
	}
	state := ""
	if b.modified {
		state = ", with changes that are not committed"
	}
	_, err := fmt.Fprintf(out, "revision %s of %s%s\n", b.revision, b.time, state)
	return err
}

func runVersion(_ context.Context, a *app, _ []string) error {
	info, _ := debug.ReadBuildInfo()
	return writeVersion(a.Stdout, readBuild(info), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
}
