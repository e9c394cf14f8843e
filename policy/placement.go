package policy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"gpfsh/mmexec"
	"gpfsh/policy/lang"
)

// Placement is the policy that is installed in a file system: it places new files, and its other rules run when the file
// system runs out of space. It is edited as any policy and installed by [Placement.Save].
type Placement struct {
	*Policy
	// Filesystem is the device name of the file system.
	Filesystem string
	// History is a directory in which the text that was installed before is kept at every Save; "" keeps none.
	History string

	ex        mmexec.Executor
	loaded    string
	installed bool
}

// LoadPlacement reads the policy that is installed in a file system: mmlspolicy Device -L. Where none was installed the
// policy is empty.
func LoadPlacement(ctx context.Context, ex mmexec.Executor, device string) (*Placement, error) {
	text, installed, err := readInstalled(ctx, ex, device)
	if err != nil {
		return nil, err
	}
	p, err := load("policy of "+device, text, lang.Options{})
	if err != nil {
		return nil, fmt.Errorf("the policy that is installed in %s cannot be read: %w", device, err)
	}
	return &Placement{Policy: p, Filesystem: device, ex: ex, loaded: text, installed: installed}, nil
}

func readInstalled(ctx context.Context, ex mmexec.Executor, device string) (text string, installed bool, err error) {
	cmd, err := mmexec.MmLsPolicy(device, mmexec.LsPolicyOptions{Text: true})
	if err != nil {
		return "", false, err
	}
	res, err := mmexec.Do(ctx, ex, cmd)
	if err != nil {
		return "", false, err
	}
	text, installed = mmexec.ParsePolicyText(res.Stdout)
	return text, installed, nil
}

// Installed says whether the file system had a policy when it was loaded.
func (p *Placement) Installed() bool { return p.installed }

// Changed says whether the text differs from the one that was loaded or saved last.
func (p *Placement) Changed() bool { return p.Text() != p.loaded }

// SameAs says whether the policy has the text of a file, blanks at its end aside.
func (p *Placement) SameAs(path string) (bool, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	return strings.TrimRight(string(b), " \t\r\n") == strings.TrimRight(p.Text(), " \t\r\n"), nil
}

// Compare tells how a file differs from the policy, line by line: "-" stands before what only the file has, "+" before
// what only the policy has. It is empty when both say the same, blanks at their ends aside.
func (p *Placement) Compare(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return lineDiff(string(b), p.Text()), nil
}

// Changes tells how the policy differs from the one that was loaded or saved last, as [Placement.Compare] does.
func (p *Placement) Changes() string { return lineDiff(p.loaded, p.Text()) }

// ReadFile replaces the whole text by that of a file. Nothing is installed yet.
func (p *Placement) ReadFile(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	q, err := load(path, string(b), lang.Options{})
	if err != nil {
		return err
	}
	p.Policy = q
	return nil
}

// WriteFile writes the text to a file, which must not exist unless overwrite is set.
func (p *Placement) WriteFile(path string, overwrite bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if overwrite {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(p.Text())
	return errors.Join(err, f.Close())
}

// ChangedError says that somebody else has installed another policy since it was loaded.
type ChangedError struct {
	Filesystem string
	// Loaded is the text that was loaded, Now the one that is installed.
	Loaded, Now string
}

// Error says what to do.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("the policy of %s was changed by somebody else since it was loaded: load it again and repeat the edit\n%s",
		e.Filesystem, strings.TrimRight(lineDiff(e.Loaded, e.Now), "\n"))
}

// SaveOption is an option of [Placement.Save].
type SaveOption struct {
	set func(*saveOptions)
}

type saveOptions struct {
	noDefault, anyway bool
	description       string
}

// WithoutDefault installs a policy in which no rule takes the files that the others leave: creating such a file fails.
func WithoutDefault() SaveOption { return SaveOption{func(o *saveOptions) { o.noDefault = true }} }

// OverOthers installs the policy even when somebody else has changed it since it was loaded.
func OverOthers() SaveOption { return SaveOption{func(o *saveOptions) { o.anyway = true }} }

// Described gives the policy a description (-t).
func Described(text string) SaveOption {
	return SaveOption{func(o *saveOptions) { o.description = text }}
}

func (p *Placement) install(act string, o *saveOptions) mmexec.Command {
	file := mmexec.File{Name: "policy", Data: []byte(p.Text())}
	args := []string{p.Filesystem, file.Ref()}
	if o.description != "" {
		args = append(args, "-t", o.description)
	}
	return mmexec.Command{Name: "mmchpolicy", Args: append(args, "-I", act), Files: []mmexec.File{file}, Object: "policy of " + p.Filesystem}
}

// Test has the cluster check the policy and installs nothing: mmchpolicy -I test.
func (p *Placement) Test(ctx context.Context) error {
	_, err := mmexec.Do(ctx, p.ex, p.install("test", &saveOptions{}))
	return err
}

// Save installs the policy. It refuses a policy without a default rule, and one that would undo what somebody else has
// installed in the meantime; the cluster tests it before. With a History the text that was installed is kept.
func (p *Placement) Save(ctx context.Context, options ...SaveOption) error {
	o := &saveOptions{}
	for _, opt := range options {
		if opt.set != nil {
			opt.set(o)
		}
	}
	if strings.ContainsAny(o.description, "\x00\n") {
		return errors.New("a description is one line")
	}
	if len(p.doc.Rules()) == 0 {
		return errors.New("the policy has no rules; a policy that is installed needs one at least")
	}
	for _, f := range p.Check() {
		if f.Code == lang.CodeNoDefault && !o.noDefault {
			return fmt.Errorf("%s; to install it all the same: policy.WithoutDefault()", f.Message)
		}
	}
	now, installed, err := readInstalled(ctx, p.ex, p.Filesystem)
	if err != nil {
		return err
	}
	if (now != p.loaded || installed != p.installed) && !o.anyway {
		return &ChangedError{Filesystem: p.Filesystem, Loaded: p.loaded, Now: now}
	}
	if err := p.Test(ctx); err != nil {
		return err
	}
	kept := ""
	if installed && p.History != "" {
		if kept, err = p.keep(now); err != nil {
			return fmt.Errorf("the text that is installed cannot be kept, so nothing was changed: %w", err)
		}
	}
	res, err := mmexec.Do(ctx, p.ex, p.install("yes", o))
	if err != nil {
		return err
	}
	if res.Planned {
		if kept != "" {
			return os.Remove(kept)
		}
		return nil
	}
	p.loaded, p.installed = p.Text(), true
	return nil
}

// Version is a text that was installed before.
type Version struct {
	Replaced time.Time `json:"replaced" col:"REPLACED"` // in UTC
	Path     string    `json:"path" col:"FILE"`
}

const versionTime = "20060102T150405.000000Z"

// keep writes a text into the history and tells where.
func (p *Placement) keep(text string) (path string, err error) {
	if err := os.MkdirAll(p.History, 0o755); err != nil {
		return "", err
	}
	path = filepath.Join(p.History, p.Filesystem+"-"+time.Now().UTC().Format(versionTime)+".pol")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return path, errors.Join(err, f.Close())
}

// Versions are the texts in the history, the newest first.
func (p *Placement) Versions() ([]Version, error) {
	if p.History == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(p.History)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var out []Version
	for _, e := range entries {
		stamp, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".pol"), p.Filesystem+"-")
		if !ok {
			continue
		}
		if at, err := time.Parse(versionTime, stamp); err == nil {
			out = append(out, Version{at, filepath.Join(p.History, e.Name())})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Replaced.After(out[j].Replaced) })
	return out, err
}
