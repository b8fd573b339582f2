package dbg

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// times is how long phases took, in the order in which they were first heard of.
var times struct {
	sync.Mutex
	rows []timeRow
}

type timeRow struct {
	phase string
	spent time.Duration
	count int
}

// Now is the time if WEFTDEBUG asks for times, and the zero time otherwise. It is for [Spent].
func Now() (t time.Time) {
	if load().timing {
		return time.Now()
	}
	return t
}

// Spent adds what has passed since start, which is from [Now], to the time of a phase. It does nothing if that was the zero time.
func Spent(phase string, start time.Time) {
	if start.IsZero() {
		return
	}
	spent := time.Since(start)
	times.Lock()
	defer times.Unlock()
	i := slices.IndexFunc(times.rows, func(r timeRow) bool { return r.phase == phase })
	if i < 0 {
		i = len(times.rows)
		times.rows = append(times.rows, timeRow{phase: phase})
	}
	times.rows[i].spent += spent
	times.rows[i].count++
}

// PrintTimes prints the table of times to the debug output, the longest first, if WEFTDEBUG asked for it and there are any; then it forgets them.
// Phases run on several cores at once, so they may add up to more than the time that has passed.
func PrintTimes() {
	times.Lock()
	rows := times.rows
	times.rows = nil
	times.Unlock()
	if len(rows) > 0 {
		Printf("%s", timeTable(rows))
	}
}

func timeTable(rows []timeRow) string {
	slices.SortStableFunc(rows, func(a, b timeRow) int { return cmp.Compare(b.spent, a.spent) })
	var all time.Duration
	for _, r := range rows {
		all += r.spent
	}
	var w strings.Builder
	fmt.Fprintf(&w, "%-20s %10s %7s %8s\n", "phase", "ms", "share", "times")
	for _, r := range append(rows, timeRow{phase: "all", spent: all}) {
		times := fmt.Sprintf(" %8d", r.count)
		if r.count == 0 {
			times = ""
		}
		share := 100 * float64(r.spent) / float64(max(all, 1))
		fmt.Fprintf(&w, "%-20s %10.3f %6.1f%%%s\n", r.phase, float64(r.spent)/1e6, share, times)
	}
	return w.String()
}
