package run

import (
	"reflect"
	"time"
)

// selection is a select of the user's: its cases are added in their order, then it waits, no longer than the statement
// may run.
type selection struct {
	r     *runtimeState
	cases []reflect.SelectCase
	block bool
	recv  reflect.Value
	ok    bool
}

func (r *runtimeState) newSelect() *selection { return &selection{r: r, block: true} }

// Send adds a case that sends.
func (s *selection) Send(c, v any) {
	ch := reflect.ValueOf(c)
	s.cases = append(s.cases, reflect.SelectCase{Dir: reflect.SelectSend, Chan: ch, Send: element(ch, v)})
}

// Recv adds a case that receives.
func (s *selection) Recv(c any) {
	s.cases = append(s.cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)})
}

// Default lets it not wait.
func (s *selection) Default() { s.block = false }

// Wait returns the number of the case that could go on, -1 for the default.
func (s *selection) Wait() int {
	n := len(s.cases)
	cases := append(s.cases[:n:n], reflect.SelectCase{Dir: reflect.SelectDefault})
	if s.block {
		done, release := s.r.interrupted()
		defer release()
		cases[n] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(done)}
	}
	i, v, ok := reflect.Select(cases)
	if i == n {
		if s.block {
			s.r.cancel()
		}
		return -1
	}
	s.recv, s.ok = v, ok
	return i
}

// Got stores what was received behind a pointer and tells whether the channel was open.
func (s *selection) Got(p any) bool {
	reflect.ValueOf(p).Elem().Set(s.recv)
	return s.ok
}

// element is a value as the elements of a channel are.
func element(ch reflect.Value, v any) reflect.Value {
	t := ch.Type().Elem()
	x := reflect.ValueOf(v)
	switch {
	case !x.IsValid():
		return reflect.Zero(t)
	case x.Type().AssignableTo(t):
		return x
	case x.Type().ConvertibleTo(t):
		return x.Convert(t)
	}
	return reflect.ValueOf(rawValue(v))
}

func (r *runtimeState) send(c, v any) {
	s := r.newSelect()
	s.Send(c, v)
	s.Wait()
}

func (r *runtimeState) receive(c, p any) bool {
	s := r.newSelect()
	s.Recv(c)
	return s.Wait() == 0 && s.Got(p)
}

// interrupted returns a channel that is closed when the statement is interrupted; to work that runs after that, deferred
// work, when its time is up.
func (r *runtimeState) interrupted() (done <-chan struct{}, release func()) {
	s := r.cur.Load()
	if s.ctx.Err() == nil {
		return s.ctx.Done(), func() {}
	}
	r.cancel()
	left := deferBound - time.Duration(time.Now().UnixNano()-s.cancelledAt.Load())
	c := make(chan struct{})
	t := time.AfterFunc(max(left, 0), func() { close(c) })
	return c, func() { t.Stop() }
}
