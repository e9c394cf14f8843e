package commands

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version returns the version as the build has noted it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				v += "-" + s.Value[:12]
			}
		}
	}
	return v
}

func runVersion(_ context.Context, a *app, _ []string) error {
	_, err := fmt.Fprintf(a.Stdout, "gpfsh %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
