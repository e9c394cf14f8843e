package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/cmd/gpfsh/internal/shell"
	"gpfsh/cmd/gpfsh/internal/style"
	"gpfsh/interp/script/show"
	"gpfsh/mmexec"
)

// setting is one key of the configuration file. Options of the command line win over it.
type setting struct {
	key  string
	kind string // how its value is written
	help string
	set  func(o *options, value string) error
	get  func(o *options) string
	// live makes a new value count in a session that is open; nil when it counts at the next start only.
	live func(s *session)
}

// settings returns the table of the keys. :config, the manual and the check of the file are made of it.
func settings() []setting {
	return []setting{
		{key: "cluster", kind: "text", help: "the cluster, as --cluster says it; $" + connect.Variable + " wins", set: func(o *options, v string) error {
			o.cluster = v
			return nil
		}, get: func(o *options) string { return o.cluster }},
		{key: "output", kind: strings.Join(formatNames(), "|"), help: "how values are shown in the shell and by -e", set: func(o *options, v string) (err error) {
			o.output, err = show.ParseFormat(v)
			return err
		}, get: func(o *options) string { return string(o.output) }, live: func(s *session) { s.app.render.Format = s.app.output }},
		{key: "color", kind: "auto|always|never", help: "when to use colours", set: func(o *options, v string) (err error) {
			o.color, err = style.ParseMode(v)
			return err
		}, get: func(o *options) string { return string(o.color) }},
		{key: "theme", kind: "auto|dark|light|any|basic", help: "the background that colours are for; basic has those of the terminal, any is legible on both; $" + style.ThemeVariable + " wins", set: func(o *options, v string) (err error) {
			o.theme, err = style.ParseTheme(v)
			return err
		}, get: func(o *options) string { return cmp.Or(o.theme, "auto") }},
		{key: "confirm", kind: "auto|on|off", help: "ask before commands that take something away; auto asks at real clusters", set: func(o *options, v string) error {
			switch v {
			case "auto":
				o.confirm = ""
			case "on", "off":
				o.confirm = v
			default:
				return fmt.Errorf("%q is not auto, on or off", v)
			}
			return nil
		}, get: func(o *options) string {
			if o.confirm == "" {
				return "auto"
			}
			return o.confirm
		}, live: func(s *session) {
			_ = s.confirmer.Set(s.app.confirm == "on" || s.app.confirm == "" && !s.target.Simulated)
		}},
		{key: "pager", kind: "text", help: `the program that shows long output; "cat" for none, "" for our own; $GPFSH_PAGER and $PAGER win`, set: func(o *options, v string) error {
			o.pager = v
			return nil
		}, get: func(o *options) string { return o.pager }},
		{key: "node-program", kind: "path", help: "where the nodes have gpfsh, when the cluster is reached by ssh: it runs the handlers of events", set: func(o *options, v string) error {
			if v != "" && !filepath.IsAbs(v) {
				return fmt.Errorf("%q is no absolute path", v)
			}
			o.nodeProgram = v
			return nil
		}, get: func(o *options) string { return o.nodeProgram }},
		{key: "timeout", kind: "duration", help: "how long a command that only reads may take; 0s leaves it to its cost", set: func(o *options, v string) error {
			d, err := time.ParseDuration(v)
			if err != nil || d < 0 {
				return fmt.Errorf("%q is no duration like 30s or 2m", v)
			}
			o.timeout = d
			return nil
		}, get: func(o *options) string { return o.timeout.String() }},
		{key: "trace", kind: "true|false", help: "show each mm command that runs", set: boolean(func(o *options) *bool { return &o.trace }),
			get: func(o *options) string { return fmt.Sprint(o.trace) }},
		{key: "readonly", kind: "true|false", help: "refuse every command that changes something", set: boolean(func(o *options) *bool { return &o.readOnly }),
			get: func(o *options) string { return fmt.Sprint(o.readOnly) }},
	}
}

func boolean(field func(o *options) *bool) func(o *options, v string) error {
	return func(o *options, v string) error {
		if v != "true" && v != "false" {
			return fmt.Errorf("%q is not true or false", v)
		}
		*field(o) = v == "true"
		return nil
	}
}

func settingKeys() []string {
	var keys []string
	for _, s := range settings() {
		keys = append(keys, s.key)
	}
	return keys
}

// configDir is where the configuration is: below $XDG_CONFIG_HOME or ~/.config; "" when there is no home.
func configDir(getenv func(string) string) string {
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "gpfsh")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "gpfsh")
	}
	return ""
}

const (
	configName  = "config.toml"
	startupName = "startup.go"
	libraryName = "lib"
)

// loadConfig reads the configuration file into the options that the command line then changes. A file that is not there
// is none; one that others may write, or with a mistake in it, is an error.
func loadConfig(getenv func(string) string) (options, error) {
	o := defaults()
	dir := configDir(getenv)
	if dir == "" {
		return o, nil
	}
	path := filepath.Join(dir, configName)
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return o, nil
	}
	if err == nil {
		err = mmexec.CheckOwned(path)
	}
	if err != nil {
		return o, &usageError{fmt.Sprintf("the settings are not used: %v", err)}
	}
	if err := applyConfig(&o, string(data)); err != nil {
		return o, &usageError{fmt.Sprintf("%s: %v", path, err)}
	}
	return o, nil
}

func applyConfig(o *options, text string) error {
	var values map[string]any
	if _, err := toml.Decode(text, &values); err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return fmt.Errorf("line %d: %s", parse.Position.Line, parse.Message)
		}
		return err
	}
	for _, s := range settings() {
		v, ok := values[s.key]
		if !ok {
			continue
		}
		delete(values, s.key)
		switch v.(type) {
		case string, bool:
		default:
			return fmt.Errorf("%s: write it as %s", s.key, s.kind)
		}
		if err := s.set(o, fmt.Sprint(v)); err != nil {
			return fmt.Errorf("%s: %w", s.key, err)
		}
	}
	for key := range values {
		return fmt.Errorf("no setting %s: there are %s", key, strings.Join(settingKeys(), ", "))
	}
	return nil
}

// tomlValue writes a value of a setting.
func tomlValue(s setting, v string) string {
	if s.kind == "true|false" {
		return v
	}
	return fmt.Sprintf("%q", v)
}

// configText writes the settings as a file has them, each with what it means, in lines that fit a width; 0 is any.
func (a *app) configText(width int) string {
	var b strings.Builder
	if dir := configDir(a.Getenv); dir != "" {
		fmt.Fprintf(&b, "# %s\n", filepath.Join(dir, configName))
	}
	for _, st := range settings() {
		text := fmt.Sprintf("%s (%s)", st.help, st.kind)
		lines := []string{text}
		if width > 0 {
			lines = show.Wrap(text, max(1, width-2))
		}
		b.WriteString("\n# " + strings.Join(lines, "\n# ") + "\n")
		fmt.Fprintf(&b, "%s = %s\n", st.key, tomlValue(st, st.get(&a.options)))
	}
	return b.String()
}

// saveConfig writes the settings of the session to the file. One that is there belongs to whoever wrote it.
func (a *app) saveConfig() error {
	dir := configDir(a.Getenv)
	if dir == "" {
		return errors.New("the settings are not saved: there is no home for them")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the settings are not saved: %w", err)
	}
	path := filepath.Join(dir, configName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("the settings are not saved: %s is there already; edit it, :config shows what to write", path)
	}
	if err != nil {
		return fmt.Errorf("the settings are not saved: %w", err)
	}
	_, werr := f.WriteString(a.configText(100))
	if err := errors.Join(werr, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(a.render.Err, "saved in %s\n", path)
	return nil
}

// config is :config.
func (s *session) config(arg string) error {
	a := s.app
	switch arg {
	case "":
		a.measure()
		_, err := fmt.Fprint(a.render.Out, a.configText(a.render.Width))
		return err
	case "save":
		return a.saveConfig()
	}
	key, value, hasValue := strings.Cut(arg, " ")
	for _, st := range settings() {
		if st.key != key {
			continue
		}
		if !hasValue {
			_, err := fmt.Fprintf(a.render.Out, "%s = %s\n", key, tomlValue(st, st.get(&a.options)))
			return err
		}
		if st.live == nil {
			return &shell.UsageError{Message: fmt.Sprintf("%s counts from the next start on: write it into %s", key, filepath.Join(configDir(a.Getenv), configName))}
		}
		if err := st.set(&a.options, strings.Trim(strings.TrimSpace(value), `"=`)); err != nil {
			return &shell.UsageError{Message: err.Error()}
		}
		st.live(s)
		return nil
	}
	return &shell.UsageError{Message: fmt.Sprintf("no setting %s: there are %s", key, strings.Join(settingKeys(), ", "))}
}

// pagerCommand is the program that shows long output.
func (a *app) pagerCommand() string {
	if p := pagerCommand(a.Getenv); p != "" {
		return p
	}
	return a.pager
}

// startUp runs the entries of the start-up script. It runs as whoever sits there, so nobody else may have written it.
func (a *app) startUp(ctx context.Context, sh *shell.Shell) {
	dir := configDir(a.Getenv)
	if dir == "" {
		return
	}
	path := filepath.Join(dir, startupName)
	if _, err := os.Stat(path); err != nil {
		return
	}
	if err := mmexec.CheckOwned(path); err != nil {
		fmt.Fprintf(a.Stderr, "gpfsh: the start-up script is not run: %v\n", err)
		return
	}
	if err := sh.Load(ctx, path); err != nil {
		fmt.Fprintf(a.Stderr, "gpfsh: %s: %v\n", path, err)
	}
}
