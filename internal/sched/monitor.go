package sched

import "time"

// monitor has a goroutine look after the tasks with slots while others wait.
func (s *Scheduler) monitor() {
	if !s.monitoring && !s.alone {
		s.monitoring = true
		go s.watch()
	}
}

// watch looks every now and then, less often as long as it finds nothing.
func (s *Scheduler) watch() {
	for pause := s.grace / 2; ; {
		time.Sleep(pause)
		s.mu.Lock()
		if s.waiting == 0 {
			s.monitoring = false
			s.mu.Unlock()
			return
		}
		pause = min(2*pause, max(s.slice/2, s.grace))
		if s.tick(s.now()) {
			pause = s.grace / 2
		}
		s.mu.Unlock()
	}
}

// tick takes the slots of tasks whose calls of the host last, and has those give way whose time is over. It reports whether a task is in a call of the host.
func (s *Scheduler) tick(now time.Duration) (host bool) {
	for i := 0; i < len(s.running); i++ {
		t := s.running[i]
		state := t.state.Load()
		if state < inHost {
			continue
		}
		host = true
		if t.seen != state {
			t.seen, t.since = state, now
			continue
		}
		if now-t.since >= s.grace && t.state.CompareAndSwap(state, absent) {
			s.stop(t, now)
			s.handed++
			i--
		}
	}
	s.dispatch(now)
	return host
}
