package mmexec

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

// statPath is what tells of files on a node.
//
// unverified: that all nodes have it there and that it is the one of GNU, which takes --printf; AIX nodes are not served.
const statPath = "/usr/bin/stat"

// statFormat makes one record of each file: size, time of the last change of its data, type and mode, and its name, which
// ends with a zero byte.
const statFormat = `%s %.9Y %f %n\0`

// StatFiles makes a command that tells size and time of files on a node. Files that are not there are no failure of the
// others: see [ParseStatFiles].
func StatFiles(node string, files ...string) (Command, error) {
	for _, f := range files {
		if !path.IsAbs(f) || strings.ContainsRune(f, 0) {
			return Command{}, fmt.Errorf("cannot look at %q on %s: the path must be absolute", f, node)
		}
	}
	return RunOnNode(node, nil, statPath, append([]string{"--printf", statFormat, "--"}, files...)...)
}

// StatFile is what is told of one file.
type StatFile struct {
	Path     string
	Size     int64
	Modified time.Time
	Mode     uint32 // type and permissions, as the kernel has them
}

// ParseStatFiles reads what [StatFiles] prints. A file that is not there is left out; what else could not be looked at is
// an error.
func ParseStatFiles(res *Result) ([]StatFile, error) {
	var list []StatFile
	for rec := range strings.SplitSeq(string(res.Stdout), "\x00") {
		if rec == "" {
			continue
		}
		words := strings.SplitN(rec, " ", 4)
		if len(words) != 4 {
			return nil, fmt.Errorf("stat told of a file in a form that is not known: %q", rec)
		}
		size, err := strconv.ParseInt(words[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("stat told the size %q of %s", words[0], words[3])
		}
		seconds, fraction, _ := strings.Cut(strings.Replace(words[1], ",", ".", 1), ".")
		sec, err := strconv.ParseInt(seconds, 10, 64)
		nsec, ferr := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
		mode, merr := strconv.ParseUint(words[2], 16, 32)
		if err != nil || ferr != nil || merr != nil {
			return nil, fmt.Errorf("stat told the time %q and the mode %q of %s", words[1], words[2], words[3])
		}
		list = append(list, StatFile{Path: words[3], Size: size, Modified: time.Unix(sec, nsec), Mode: uint32(mode)})
	}
	for line := range strings.Lines(string(res.Stderr)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, path.Base(statPath)+":") || strings.HasPrefix(line, statPath+":") {
			if !strings.HasSuffix(line, ": No such file or directory") && !strings.HasSuffix(line, ": Not a directory") {
				return nil, fmt.Errorf("%s", line)
			}
		}
	}
	return list, nil
}
