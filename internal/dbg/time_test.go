package dbg

import (
	"strings"
	"testing"
	"time"
)

func TestTimeTable(t *testing.T) {
	have := timeTable([]timeRow{{"lower", 1500 * time.Microsecond, 3}, {"ssa/late gvn", 4500 * time.Microsecond, 12}})
	want := `phase                        ms   share    times
ssa/late gvn              4.500   75.0%       12
lower                     1.500   25.0%        3
all                       6.000  100.0%
`
	if have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}

func TestSpent(t *testing.T) {
	var out strings.Builder
	defer SetOutput(SetOutput(&out))
	Spent("build", Now())
	PrintTimes()
	if out.Len() > 0 {
		t.Errorf("times that nobody asked for: %s", out.String())
	}
	restore, err := Set("time")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	Spent("build", Now())
	Spent("build", Now().Add(-time.Hour))
	PrintTimes()
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "build                3600000.") || !strings.HasSuffix(lines[1], " 2") {
		t.Errorf("have\n%s", out.String())
	}
	out.Reset()
	PrintTimes()
	if out.Len() > 0 {
		t.Errorf("times that were not forgotten: %s", out.String())
	}
}
