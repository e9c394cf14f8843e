package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"time"
)

// measure runs a command several times and prints its shortest wall time and its least processor time, both in
// milliseconds. On a machine with other work the second is the one to compare.
func measure(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: listbench measure TIMES COMMAND")
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	var wall, cpu time.Duration
	for i := range n {
		cmd := exec.Command(args[1], args[2:]...)
		begin := time.Now()
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", args[1], err)
		}
		w, c := time.Since(begin), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
		if i == 0 || w < wall {
			wall = w
		}
		if i == 0 || c < cpu {
			cpu = c
		}
	}
	fmt.Println(wall.Milliseconds(), cpu.Milliseconds())
	return nil
}
