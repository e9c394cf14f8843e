package mmexec

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Put writes a private file on the node.
func (s *sshTransport) Put(ctx context.Context, name string, data []byte) (string, error) {
	var file string
	err := s.onHosts(ctx, fileCommand("put", name), func(host string) error {
		var err error
		file, err = s.putOn(ctx, host, name, data)
		return err
	})
	return file, err
}

// fileCommand stands for work on files in messages.
func fileCommand(verb, name string) Command { return Command{Name: verb, Args: []string{name}} }

func (s *sshTransport) putOn(ctx context.Context, host, name string, data []byte) (string, error) {
	mark, name := newMark(), safeName(name)
	x, rep, err := s.script(ctx, host, mark, putScript(mark, name, len(data)), io.Discard, data)
	switch {
	case err != nil:
		return "", err
	case rep.dir == "":
		return "", x.away()
	case !rep.ended:
		return "", fmt.Errorf("cannot write the private file %s on %s: %s", name, host, strings.TrimSpace(string(rep.said)))
	}
	file := path.Join(rep.dir, name)
	s.mu.Lock()
	s.placed[file] = host
	s.mu.Unlock()
	return file, nil
}

// Get reads a file of the node.
func (s *sshTransport) Get(ctx context.Context, file string) ([]byte, error) {
	if err := checkAbsPath("file", file); err != nil {
		return nil, err
	}
	mark := newMark()
	out := &capped{max: maxFile}
	err := s.onHosts(ctx, fileCommand("get", file), func(host string) error {
		x, rep, err := s.script(ctx, host, mark, getScript(mark, file), out, nil)
		switch {
		case err != nil:
			return err
		case rep.missing:
			return &os.PathError{Op: "read", Path: host + ":" + file, Err: os.ErrNotExist}
		case !rep.ended && rep.before != "":
			return x.away()
		case !rep.ended:
			return &UnreachableError{Cmd: fileCommand("get", file), Target: "ssh://" + host, Err: errConnectionLost}
		case rep.status != 0:
			return fmt.Errorf("cannot read %s on %s: %s", file, host, rep.before)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out.bytes(), nil
}

// Remove removes a file that Put made.
func (s *sshTransport) Remove(ctx context.Context, file string) error {
	s.mu.Lock()
	host, ok := s.placed[file]
	s.mu.Unlock()
	if !ok {
		return fmt.Errorf("%s is not a private file of this session: not removed", file)
	}
	return s.removeOn(ctx, host, file)
}

func (s *sshTransport) removeOn(ctx context.Context, host, file string) error {
	s.mu.Lock()
	delete(s.placed, file)
	s.mu.Unlock()
	mark := newMark()
	_, rep, err := s.script(ctx, host, mark, removeScript(mark, file), io.Discard, nil)
	if err == nil && (!rep.ended || rep.status != 0) {
		err = fmt.Errorf("cannot remove %s on %s: %s", file, host, rep.before)
	}
	return err
}

// script runs one of the short scripts that work on files and waits for its end.
func (s *sshTransport) script(ctx context.Context, host, mark, text string, w io.Writer, input []byte) (*session, report, error) {
	x, err := s.open(host, mark, text, w)
	if err != nil {
		return nil, report{}, &awayError{err}
	}
	if input != nil {
		if err := x.await(ctx, "ready"); err == nil {
			go func() { _, _ = x.in.Write(input) }()
		}
	}
	select {
	case <-x.ended:
		x.in.Close()
	case err := <-x.broken:
		x.stop(s.grace)
		return x, report{}, err
	case <-ctx.Done():
		x.stop(s.grace)
		return x, report{}, fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
	return x, x.stderr.report(), nil
}
