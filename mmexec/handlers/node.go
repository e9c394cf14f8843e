package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gpfsh/mmexec"
)

// Verb is what "gpfsh callback node" does with the handlers of the node that it runs on.
type Verb string

// The verbs.
const (
	Put    Verb = "put"    // reads a handler from standard input and keeps it
	List   Verb = "list"   // prints a Copy a line
	Get    Verb = "get"    // prints a handler
	Remove Verb = "remove" // takes a handler away
	Recall Verb = "last"   // prints the values of the last event as JSON
	Log    Verb = "log"    // prints what a handler has logged
	Test   Verb = "test"   // runs a handler with values that are made up
)

// NodeCommand makes the command that does something with the handlers of a node. h is the handler that Put sends.
func NodeCommand(node, program, dir string, verb Verb, h *Handler, args ...string) (mmexec.Command, error) {
	words := []string{"callback", "node", string(verb)}
	if dir != "" && dir != DefaultDir {
		words = append(words, "--dir", dir)
	}
	var stdin []byte
	if h != nil {
		stdin = h.Marshal()
	}
	cmd, err := mmexec.RunOnNode(node, stdin, program, append(words, args...)...)
	cmd.Object = "handlers on node " + node
	if h != nil {
		cmd.Object = "handler " + h.ID + " on node " + node
	}
	return cmd, err
}

// NodeRequest is a command of NodeCommand as the node reads it.
type NodeRequest struct {
	Verb Verb
	Dir  string
	Args []string
}

// ParseNodeRequest reads the words behind "callback node".
func ParseNodeRequest(words []string) (NodeRequest, error) {
	if len(words) == 0 {
		return NodeRequest{}, errors.New("callback node needs a verb")
	}
	r := NodeRequest{Verb: Verb(words[0]), Args: words[1:]}
	if len(r.Args) >= 2 && r.Args[0] == "--dir" {
		r.Dir, r.Args = r.Args[1], r.Args[2:]
	}
	want := map[Verb]int{Put: 0, List: 0, Get: 1, Remove: 1, Log: 1, Recall: 1}
	if n, ok := want[r.Verb]; r.Verb != Test && (!ok || len(r.Args) != n) || r.Verb == Test && len(r.Args) == 0 {
		return r, fmt.Errorf("callback node: no such request: %s", strings.Join(words, " "))
	}
	for _, id := range r.Args[:min(1, len(r.Args))] {
		if err := checkID(id); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Serve answers a request on the node. Test is not its business: it runs something.
func (r NodeRequest) Serve(s Store, stdin io.Reader, stdout io.Writer) error {
	switch r.Verb {
	case Put:
		data, err := io.ReadAll(stdin)
		if err != nil {
			return err
		}
		h, err := Unmarshal(data)
		if err != nil {
			return err
		}
		return s.Put(h)
	case List:
		list, err := s.List()
		if err != nil {
			return err
		}
		for _, c := range list {
			line, err := json.Marshal(c)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(stdout, "%s\n", line); err != nil {
				return err
			}
		}
		return nil
	case Get:
		h, err := s.Get(r.Args[0])
		if err != nil {
			return err
		}
		_, err = stdout.Write(h.Marshal())
		return err
	case Recall:
		data, err := Last(s, r.Args[0])
		if err != nil {
			return fmt.Errorf("handler %s was not run here yet: %w", r.Args[0], err)
		}
		_, err = stdout.Write(data)
		return err
	case Remove:
		return s.Remove(r.Args[0])
	case Log:
		data, err := s.Log(r.Args[0])
		if err != nil {
			return err
		}
		_, err = stdout.Write(data)
		return err
	}
	return fmt.Errorf("callback node: %s is not done here", r.Verb)
}

// ParseCopies reads what List prints. What login shells print is passed over.
func ParseCopies(data []byte) []Copy {
	var list []Copy
	for line := range bytes.Lines(data) {
		var c Copy
		if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &c) == nil && c.ID != "" {
			list = append(list, c)
		}
	}
	return list
}
