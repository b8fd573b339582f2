package dbg

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Mode is what WEFTDEBUG says about a pass.
type Mode int

// The modes.
const (
	On Mode = iota
	Off
	Dump
)

// settings is what WEFTDEBUG was parsed to.
type settings struct {
	passes map[string]Mode // by area/name
	fn     string          // the function that they are confined to, or ""
	limit  int64           // how many times they apply, or -1
	count  atomic.Int64    // how many times they did
}

var (
	current atomic.Pointer[settings]
	once    sync.Once

	output io.Writer  = os.Stderr
	mu     sync.Mutex // of output
)

func load() *settings {
	once.Do(func() {
		if current.Load() != nil {
			return
		}
		s, err := parse(os.Getenv("WEFTDEBUG"))
		if err != nil {
			Printf("%v\n", err)
		}
		current.Store(s)
	})
	return current.Load()
}

// parse reads the settings that it understands; the error is about the first that it does not.
func parse(text string) (*settings, error) {
	s := &settings{passes: map[string]Mode{}, limit: -1}
	var first error
	for setting := range strings.SplitSeq(text, ",") {
		if setting == "" {
			continue
		}
		if err := s.set(setting); err != nil && first == nil {
			first = err
		}
	}
	return s, first
}

func (s *settings) set(setting string) error {
	key, value, _ := strings.Cut(setting, "=")
	switch {
	case key == "func":
		s.fn = value
	case key == "passes":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("weft: WEFTDEBUG: passes=%s: want a number", value)
		}
		s.limit = n
	case !strings.Contains(key, "/"):
		return fmt.Errorf("weft: WEFTDEBUG: unknown setting %q (want AREA/PASS=off, AREA/PASS=dump, func=NAME or passes=N)", setting)
	case value == "off":
		s.passes[key] = Off
	case value == "dump":
		s.passes[key] = Dump
	default:
		return fmt.Errorf("weft: WEFTDEBUG: %s=%s: want off or dump", key, value)
	}
	return nil
}

// Pass returns what WEFTDEBUG says about a pass of an area for a function. It costs next to nothing where it says nothing of passes.
func Pass(area, name, fn string) Mode {
	s := load()
	if len(s.passes) == 0 {
		return On
	}
	mode, ok := s.passes[area+"/"+strings.ReplaceAll(name, " ", "-")]
	if !ok {
		mode = s.passes[area+"/all"]
	}
	if mode == On || s.fn != "" && s.fn != fn {
		return On
	}
	if n := s.count.Add(1); s.limit >= 0 && n > s.limit {
		return On
	}
	return mode
}

// Set replaces the settings of WEFTDEBUG by those in a text, and counts from the start again. It returns a function that puts the old ones back.
func Set(text string) (restore func(), err error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	old := load()
	current.Store(s)
	return func() { current.Store(old) }, nil
}

// Applied returns how often a setting about a pass applied since Set: the number that bisecting starts from.
func Applied() int64 { return load().count.Load() }

// Printf writes to the debug output, standard error unless SetOutput says otherwise. Calls from several goroutines do not mix.
func Printf(format string, args ...any) {
	mu.Lock()
	defer mu.Unlock()
	fmt.Fprintf(output, format, args...)
}

// SetOutput changes where Printf writes, and returns where it wrote before.
func SetOutput(w io.Writer) (old io.Writer) {
	mu.Lock()
	defer mu.Unlock()
	old, output = output, w
	return old
}
