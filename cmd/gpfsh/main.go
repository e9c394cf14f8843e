// Gpfsh is the object shell of IBM Storage Scale.
package main

import (
	"context"
	"os"

	"gpfsh/cmd/gpfsh/internal/commands"
)

func main() {
	sys := commands.System{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	sys.Program, _ = os.Executable()
	if status, ok := commands.NodeCall(context.Background(), os.Args, sys); ok {
		os.Exit(status)
	}
	if status, ok := commands.Entry(context.Background(), os.Args, sys); ok {
		os.Exit(status)
	}
	putOffCollection()
	os.Exit(commands.Main(context.Background(), sys))
}
