package mmexec

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// CheckOwned says why a file may not be trusted to decide what this user does: it, and every directory above it, must
// belong to the user or to root, and nobody else may write there. Of a link, what it leads to counts.
func CheckOwned(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 && int(st.Uid) != os.Geteuid() {
			return fmt.Errorf("%s belongs to user %d, neither to root nor to you", at, st.Uid)
		}
		// In a directory with the sticky bit nobody can replace what belongs to others.
		sticky := info.IsDir() && info.Mode()&os.ModeSticky != 0
		if info.Mode().Perm()&0o022 != 0 && !sticky {
			return fmt.Errorf("others may write to %s (mode %04o): chmod go-w %s", at, info.Mode().Perm(), at)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}
