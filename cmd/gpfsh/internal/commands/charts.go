package commands

import (
	"fmt"
	"os"
	"sync"

	"gpfsh/interp/script"
	"gpfsh/interp/script/show"
)

// charts collects what --output svg=FILE is to hold.
type charts struct {
	mu   sync.Mutex
	list []show.Drawing
}

func (c *charts) add(d show.Drawing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, d)
}

// writeCharts writes the charts that were shown to the file of --output svg=FILE, one below the other. After a failure
// there is nothing to say of charts that were never drawn.
func (a *app) writeCharts(failed error) error {
	if a.svg == "" {
		return nil
	}
	list := a.charts.list
	if len(list) == 0 {
		if failed != nil {
			return nil
		}
		return fmt.Errorf("%s is not written: no chart was shown. Chart(x) makes one, Show(Chart(x)) shows it in a script", a.svg)
	}
	if err := os.WriteFile(a.svg, script.Document(list), 0o644); err != nil {
		return fmt.Errorf("the charts are not written: %w", err)
	}
	noun := "charts"
	if len(list) == 1 {
		noun = "chart"
	}
	fmt.Fprintf(a.Stderr, "%s: %d %s\n", a.svg, len(list), noun)
	return nil
}
