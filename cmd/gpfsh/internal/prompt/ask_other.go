//go:build !linux

package prompt

// forgetTyped drops what was typed on a terminal and not read yet; there is no common way to do so outside of Linux.
func forgetTyped(int) {}
