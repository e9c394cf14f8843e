package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gpfsh/cmd/gpfsh/internal/connect"
	"gpfsh/interp/run"
	"gpfsh/model"
)

const healthHelp = `One line is printed: the verdict, what is wrong, and measures behind a bar.
NAME is what is looked at:
  nodes     nodes that are down or do not answer            1, 3
  health    components that mmhealth calls degraded         1, never; those that failed are critical
  disks     disks that are not ready, per file system       1, 3
  pool      percent of a storage pool that is full          90, 97
  inodes    percent of an inode space that is used          90, 98
  waiters   seconds of the longest waiter                   300, 900
VALUE is a number, or never. File systems that are mounted nowhere are left out.

Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also for what was typed wrongly.
`

func healthOptions() []option {
	limit := func(i int) func(o *options, v string) error {
		return func(o *options, v string) error {
			name, value, ok := strings.Cut(v, "=")
			if !ok {
				return &usageError{fmt.Sprintf("unknown limit %q: write it like pool=90", v)}
			}
			if o.limits == nil {
				o.limits = make(map[string][2]string)
			}
			pair := o.limits[name]
			pair[i] = value
			o.limits[name] = pair
			return nil
		}
	}
	return append([]option{
		{short: "w", long: "warning", arg: "NAME=VALUE", help: "from which value on it is a warning", set: limit(0)},
		{short: "c", long: "critical", arg: "NAME=VALUE", help: "from which value on it is critical", set: limit(1)},
		{long: "only", arg: "NAME,NAME", values: model.MonitorNames(), help: "look at these only", set: func(o *options, v string) error {
			o.only = append(o.only, strings.Split(v, ",")...)
			return nil
		}},
	}, onceOptions()...)
}

// runCheckHealth is gpfsh check-health, a plugin for monitoring systems. Whatever happens, it prints one line and ends
// with an exit status that they know.
func runCheckHealth(ctx context.Context, a *app, args []string) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	h, err := a.checkHealth(ctx, args)
	var busy *busyError
	switch {
	case errors.As(err, &busy) && a.onceOK:
		return a.verdict(model.SeverityOK, "not checked: "+err.Error())
	case err != nil:
		return a.verdict(model.SeverityUnknown, err.Error())
	case !a.render.People():
		if err := a.render.Value(ctx, h); err != nil {
			return a.verdict(model.SeverityUnknown, err.Error())
		}
		return status(h.Severity)
	}
	if _, err := fmt.Fprintln(a.Stdout, h); err != nil {
		return err
	}
	return status(h.Severity)
}

// verdict prints the line of a check that came to nothing.
func (a *app) verdict(s model.Severity, text string) error {
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", "/")
	if _, err := fmt.Fprintf(a.Stdout, "STORAGE SCALE %s - %s\n", s, text); err != nil {
		return err
	}
	return status(s)
}

func status(s model.Severity) error {
	if s == model.SeverityOK {
		return nil
	}
	return shown{&run.Exit{Code: int(s)}}
}

func (a *app) checkHealth(ctx context.Context, args []string) (*model.HealthCheck, error) {
	if len(args) > 0 {
		return nil, &usageError{fmt.Sprintf("check-health takes no arguments: %s", strings.Join(args, " "))}
	}
	monitor, err := a.monitor()
	if err != nil {
		return nil, err
	}
	choice := connect.Choose(a.cluster, a.Getenv)
	if choice.Implied {
		return nil, errors.New("no Storage Scale on this machine: --cluster says which cluster is meant")
	}
	if a.once {
		release, err := a.single("check-health of " + choice.Spec)
		if err != nil {
			return nil, err
		}
		defer release()
	}
	s, err := a.open(ctx, choice, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.cluster.CheckHealth(ctx, monitor)
}

// monitor returns what is looked at, with the limits that were given.
func (a *app) monitor() (model.Monitor, error) {
	m := model.MonitorDefaults()
	known := func(name string) error {
		if !slices.Contains(model.MonitorNames(), name) {
			return fmt.Errorf("%q is nothing that is looked at: there are %s", name, strings.Join(model.MonitorNames(), ", "))
		}
		return nil
	}
	for name, pair := range a.limits {
		if err := known(name); err != nil {
			return nil, err
		}
		limit := m[name]
		for i, to := range []*float64{&limit.Warning, &limit.Critical} {
			switch {
			case pair[i] == "":
			case pair[i] == "never":
				*to = -1
			default:
				v, err := strconv.ParseFloat(strings.TrimSuffix(pair[i], "%"), 64)
				if err != nil || v < 0 || v != v {
					return nil, fmt.Errorf("%s=%s is no limit: write a number, or never", name, pair[i])
				}
				*to = v
			}
		}
		m[name] = limit
	}
	if len(a.only) == 0 {
		return m, nil
	}
	kept := make(model.Monitor)
	for _, name := range a.only {
		if err := known(name); err != nil {
			return nil, err
		}
		kept[name] = m[name]
	}
	return kept, nil
}
