package mmexec

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

const noFollow = syscall.O_NOFOLLOW

// checkOwn checks that an open file is a regular one of this user's that nobody else can read or write.
func checkOwn(f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("its owner cannot be learned")
	}
	if int(sys.Uid) != os.Geteuid() {
		return fmt.Errorf("it belongs to user %d", sys.Uid)
	}
	if perm := st.Mode().Perm(); perm&0o077 != 0 {
		return fmt.Errorf("its mode is %04o, others may read or write it: use chmod 600", perm)
	}
	return nil
}
