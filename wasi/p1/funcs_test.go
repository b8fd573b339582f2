package p1

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/wasi"
)

// witxFile returns a file of the specification; the test is skipped where it is not on the machine.
func witxFile(t *testing.T, name string) string {
	shared := os.Getenv("WEFT_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(shared, "wit", "wasi-0.1", name))
	if err != nil {
		t.Skip("the specification is not here:", err)
	}
	return string(b)
}

// witxLowering is what a parameter or result of each type becomes in the binary interface. A result that is not an
// enumeration is a pointer for each of its parts.
var witxLowering = map[string]string{
	"$size": "i", "$filesize": "I", "$timestamp": "I", "$clockid": "i", "$rights": "I", "$fd": "i", "$filedelta": "I",
	"$whence": "i", "$dircookie": "I", "$advice": "i", "$fdflags": "i", "$fstflags": "i", "$lookupflags": "i",
	"$oflags": "i", "$exitcode": "i", "$signal": "i", "$riflags": "i", "$siflags": "i", "$sdflags": "i",
	"$iovec_array": "ii", "$ciovec_array": "ii", "string": "ii", "(@witx": "i",
}

// TestFunctionsAreTheSpecifications compares the list of functions, in order, with the specification's.
func TestFunctionsAreTheSpecifications(t *testing.T) {
	text := witxFile(t, "wasi_snapshot_preview1.witx")
	header := regexp.MustCompile(`\(@interface func \(export "([a-z_]+)"\)`)
	param := regexp.MustCompile(`\(param \$[a-z_]+ (\S+?)[) ]`)
	result := regexp.MustCompile(`\(result \$error \(expected (?:\(tuple ([^)]*)\)|(\$[a-z_]+))? ?\(error \$errno\)`)
	found := header.FindAllStringSubmatchIndex(text, -1)
	if len(found) != len(functions) {
		t.Errorf("%d functions, the specification has %d", len(functions), len(found))
	}
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		name, body := text[at[2]:at[3]], text[at[1]:end]
		var params strings.Builder
		for _, p := range param.FindAllStringSubmatch(body, -1) {
			lowered, ok := witxLowering[p[1]]
			if !ok {
				t.Fatalf("%s: a type the test does not know: %s", name, p[1])
			}
			params.WriteString(lowered)
		}
		r := result.FindStringSubmatch(body)
		if r != nil && r[1] != "" {
			params.WriteString(strings.Repeat("i", len(strings.Fields(r[1]))))
		} else if r != nil && r[2] != "" {
			params.WriteString("i")
		}
		if i >= len(functions) {
			continue
		}
		f := &functions[i]
		if f.name != name || f.params != params.String() || f.returns() != (r != nil) {
			t.Errorf("function %d is %s(%s), returns %v, want %s(%s), %v",
				i, f.name, f.params, f.returns(), name, params.String(), r != nil)
		}
	}
}

// TestEnumerationsAreTheSpecifications compares the codes whose values are positions in a list.
func TestEnumerationsAreTheSpecifications(t *testing.T) {
	text := witxFile(t, "typenames.witx")
	item := regexp.MustCompile(`(?m)^    \$([a-z0-9_]+)$`)
	list := func(typename string) []string {
		_, body, ok := strings.Cut(text, "(typename $"+typename+"\n")
		if !ok {
			t.Fatalf("no type %s", typename)
		}
		body, _, _ = strings.Cut(body, "\n)")
		var names []string
		for _, m := range item.FindAllStringSubmatch(body, -1) {
			names = append(names, m[1])
		}
		return names
	}
	if got := list("errno"); !slices.Equal(got, errnoNames[:]) {
		t.Errorf("errno is %v, want %v", errnoNames, got)
	}
	rights := list("rights")
	if i := slices.Index(rights, "sock_accept"); rightAccept != 1<<i {
		t.Errorf("sock_accept is right %b, want bit %d", rightAccept, i)
	}
	if i := slices.Index(rights, "fd_readdir"); rightReaddir != 1<<i {
		t.Errorf("fd_readdir is right %b, want bit %d", rightReaddir, i)
	}
	signals := list("signal")
	if len(signals) != signalsAll {
		t.Errorf("%d signals, want %d", signalsAll, len(signals))
	}
	for mask, names := range map[int][]string{
		signalsIgnored: {"none", "pipe", "chld", "cont", "urg", "winch"},
		signalsStop:    {"stop", "tstp", "ttin", "ttou"},
	} {
		want := 0
		for _, name := range names {
			want |= 1 << slices.Index(signals, name)
		}
		if mask != want {
			t.Errorf("signals %b, want %b", mask, want)
		}
	}
}

func TestEveryReasonHasAnErrno(t *testing.T) {
	for _, e := range wasi.Errors() {
		if int(e) >= len(errnos) || errnos[e] == errnoSuccess {
			t.Errorf("%v has no errno", e)
		}
	}
}

// sample is a call that succeeds, and which of its parameters are pointers that are looked at.
type sample struct {
	args     []uint64
	pointers []int
}

// samples has one call for each function that takes a pointer.
func samples(g *guest) map[string]sample {
	fd := g.mustOpen("file", openCreate, fileRights, 0)
	g.write(fd, "contents")
	path, pathLen := g.put("file")
	link, linkLen := g.put("link")
	fresh, freshLen := g.put("fresh")
	g.want(errnoSuccess, "path_symlink", path, pathLen, rootFD, link, linkLen)
	out, more := g.alloc(64), g.alloc(64)
	vec, n, _ := g.vec(2, 3)
	const stdout, conn = 1, 5
	sub := g.alloc(48)
	return map[string]sample{
		"args_get":                {[]uint64{out, more}, []int{0, 1}},
		"args_sizes_get":          {[]uint64{out, more}, []int{0, 1}},
		"environ_get":             {[]uint64{out, more}, []int{0, 1}},
		"environ_sizes_get":       {[]uint64{out, more}, []int{0, 1}},
		"clock_res_get":           {[]uint64{0, out}, []int{1}},
		"clock_time_get":          {[]uint64{1, 0, out}, []int{2}},
		"fd_fdstat_get":           {[]uint64{fd, out}, []int{1}},
		"fd_filestat_get":         {[]uint64{fd, out}, []int{1}},
		"fd_pread":                {[]uint64{fd, vec, n, 1, out}, []int{1, 4}},
		"fd_prestat_get":          {[]uint64{rootFD, out}, []int{1}},
		"fd_prestat_dir_name":     {[]uint64{rootFD, out, 1}, []int{1}},
		"fd_pwrite":               {[]uint64{fd, vec, n, 1, out}, []int{1, 4}},
		"fd_read":                 {[]uint64{fd, vec, n, out}, []int{1, 3}},
		"fd_readdir":              {[]uint64{rootFD, out, 64, 0, more}, []int{1, 4}},
		"fd_seek":                 {[]uint64{fd, 0, 0, out}, []int{3}},
		"fd_tell":                 {[]uint64{fd, out}, []int{1}},
		"fd_write":                {[]uint64{stdout, vec, n, out}, []int{1, 3}},
		"path_create_directory":   {[]uint64{rootFD, fresh, freshLen}, []int{1}},
		"path_filestat_get":       {[]uint64{rootFD, 0, path, pathLen, out}, []int{2, 4}},
		"path_filestat_set_times": {[]uint64{rootFD, 0, path, pathLen, 0, 0, setModifiedNow}, []int{2}},
		"path_link":               {[]uint64{rootFD, 0, path, pathLen, rootFD, fresh, freshLen}, []int{2, 5}},
		"path_open":               {[]uint64{rootFD, 0, path, pathLen, 0, uint64(rightRead), 0, 0, out}, []int{2, 8}},
		"path_readlink":           {[]uint64{rootFD, link, linkLen, out, 16, more}, []int{1, 3, 5}},
		"path_remove_directory":   {[]uint64{rootFD, fresh, freshLen}, []int{1}},
		"path_rename":             {[]uint64{rootFD, path, pathLen, rootFD, fresh, freshLen}, []int{1, 4}},
		"path_symlink":            {[]uint64{path, pathLen, rootFD, fresh, freshLen}, []int{0, 3}},
		"path_unlink_file":        {[]uint64{rootFD, link, linkLen}, []int{1}},
		"poll_oneoff":             {[]uint64{sub, out, 1, more}, []int{0, 1, 3}},
		"random_get":              {[]uint64{out, 16}, []int{0}},
		"sock_accept":             {[]uint64{4, 0, out}, []int{2}},
		"sock_recv":               {[]uint64{conn, vec, n, 0, out, more}, []int{1, 4, 5}},
		"sock_send":               {[]uint64{conn, vec, n, 0, out}, []int{1, 4}},
	}
}

// newFullGuest returns a guest that has something of everything: a root at 3, a listener at 4 with a client that
// connects, and a connection at 5 whose peer sends and receives.
func newFullGuest(t *testing.T) *guest {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback network:", err)
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	go theirs.Write([]byte("hello"))
	go theirs.Read(make([]byte, 64))
	t.Cleanup(func() {
		for _, c := range []interface{ Close() error }{root, listener, client, ours, theirs} {
			c.Close()
		}
	})
	return newGuest(t, wasi.Config{
		Args: []string{"program", "-v"}, Env: []string{"HOME=/"}, Root: root,
		Listeners: []net.Listener{listener}, Conns: []net.Conn{ours},
	})
}

// TestPointers calls every function that takes pointers with good ones, and with each of them bad in turn: that must be
// FAULT, and must not have had an effect, which the good call after it shows.
func TestPointers(t *testing.T) {
	var names []string
	for name := range samples(newFullGuest(t)) {
		names = append(names, name)
	}
	for _, f := range functions {
		hasPointer := slices.Contains(names, f.name)
		for _, without := range []string{"fd_advise", "fd_allocate", "fd_close", "fd_datasync", "fd_fdstat_set_flags",
			"fd_fdstat_set_rights", "fd_filestat_set_size", "fd_filestat_set_times", "fd_renumber", "fd_sync", "proc_exit",
			"proc_raise", "sched_yield", "sock_shutdown"} {
			hasPointer = hasPointer || f.name == without
		}
		if !hasPointer {
			t.Errorf("%s has no sample", f.name)
		}
	}
	for _, name := range names {
		g := newFullGuest(t)
		s := samples(g)[name]
		if name == "path_remove_directory" {
			g.want(errnoSuccess, "path_create_directory", s.args...)
		}
		for _, pointer := range s.pointers {
			for _, bad := range []uint64{uint64(len(g.mem)), uint64(len(g.mem) - 1), 1<<32 - 1, 1<<32 - 4} {
				args := slices.Clone(s.args)
				args[pointer] = bad
				if pointer+1 < len(args) && args[pointer+1] == 1 && bad == uint64(len(g.mem)-1) {
					continue // one byte, and it is there
				}
				if got := g.call(name, args...); got != errnoFault {
					t.Errorf("%s with parameter %d = %#x: %v, want fault", name, pointer, bad, got)
				}
			}
		}
		g.want(errnoSuccess, name, s.args...)
	}
}

// TestBadVectors gives arrays whose pieces lie outside of the memory, and arrays that are too long.
func TestBadVectors(t *testing.T) {
	g, _ := newRootGuest(t)
	fd := g.mustOpen("f", openCreate, fileRights, 0)
	out := g.alloc(4)
	vec, n, pieces := g.vec(4, 4)
	copy(g.mem[pieces[0]:], "good")
	le.PutUint32(g.mem[vec+8:], uint32(len(g.mem)))
	g.want(errnoFault, "fd_write", fd, vec, n, out)
	le.PutUint32(g.mem[vec+8:], 1<<32-1)
	le.PutUint32(g.mem[vec+12:], 1<<32-1)
	g.want(errnoFault, "fd_write", fd, vec, n, out)
	g.want(errnoFault, "fd_write", fd, vec, 1<<32-1, out)
	if got, e := g.read(fd, 8); got != "" || e != errnoSuccess {
		t.Errorf("a write with a bad piece had an effect: %q, %v", got, e)
	}
	le.PutUint32(g.mem[vec+12:], 0)
	le.PutUint32(g.mem[vec+8:], 8)
	g.want(errnoSuccess, "fd_write", fd, vec, n, out)
	if g.u32(out) != 4 {
		t.Errorf("wrote %d bytes, want 4: an empty piece does not count", g.u32(out))
	}

	// More pieces than one call moves are a short write.
	long := g.alloc(8 * (maxVectors + 10))
	for i := range uint64(maxVectors + 10) {
		le.PutUint32(g.mem[long+8*i:], uint32(pieces[0]))
		le.PutUint32(g.mem[long+8*i+4:], 1)
	}
	g.want(errnoSuccess, "fd_write", fd, long, maxVectors+10, out)
	if g.u32(out) != maxVectors {
		t.Errorf("wrote %d bytes, want %d", g.u32(out), maxVectors)
	}
}

// TestBadDescriptors calls every function that takes a descriptor with one that is not open.
func TestBadDescriptors(t *testing.T) {
	for i := range functions {
		f := &functions[i]
		if !strings.HasPrefix(f.name, "fd_") && !strings.HasPrefix(f.name, "path_") && !strings.HasPrefix(f.name, "sock_") {
			continue
		}
		at := 0
		if f.name == "path_symlink" {
			at = 2
		}
		for _, bad := range []uint64{99, 1 << 31, 1<<32 - 1} {
			g := newGuest(t, wasi.Config{})
			args := make([]uint64, len(f.params))
			args[at] = bad
			if f.name == "sock_shutdown" {
				args[1] = shutdownRead
			}
			g.want(errnoBadF, f.name, args...)
		}
	}
}
