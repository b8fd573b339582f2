package wasi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// cancelSoon returns a context that ends shortly, for a cause of its own.
func cancelSoon(tb testing.TB) (context.Context, error) {
	cause := errors.New("the guest was told to stop")
	ctx, cancel := context.WithCancelCause(tb.Context())
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	return ctx, cause
}

// wantCanceled requires a *CanceledError for the cause.
func wantCanceled(tb testing.TB, what string, err, cause error) {
	tb.Helper()
	var canceled *CanceledError
	if !errors.As(err, &canceled) || !errors.Is(err, cause) {
		tb.Errorf("%s: %v, want a CanceledError for %v", what, err, cause)
	}
}

func TestCanceledReadLosesNothing(t *testing.T) {
	r, w := io.Pipe()
	in := NewInput(r)
	ctx, cause := cancelSoon(t)
	p := make([]byte, 5)
	n, err := in.Read(ctx, p)
	if n != 0 {
		t.Errorf("read %d bytes", n)
	}
	wantCanceled(t, "Read", err, cause)

	// What arrives now goes to the next reader, in order and whole.
	go func() {
		w.Write([]byte("hello world"))
		w.Close()
	}()
	var got []byte
	for {
		n, err := in.Read(t.Context(), p)
		got = append(got, p[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if string(got) != "hello world" {
		t.Errorf("read %q", got)
	}
}

func TestInputReaders(t *testing.T) {
	const data = "some bytes to read"
	for name, r := range map[string]io.Reader{
		"strings":       strings.NewReader(data),
		"one byte":      iotest.OneByteReader(strings.NewReader(data)),
		"data with EOF": iotest.DataErrReader(strings.NewReader(data)),
		"half":          iotest.HalfReader(strings.NewReader(data)),
	} {
		for _, ctx := range []context.Context{context.Background(), t.Context()} {
			in := NewInput(r)
			got, err := io.ReadAll(readerFunc(func(p []byte) (int, error) { return in.Read(ctx, p) }))
			if ctx == context.Background() {
				if string(got) != data || err != nil {
					t.Errorf("%s: %q, %v", name, got, err)
				}
			} else if len(got) != 0 || err != nil {
				t.Errorf("%s at its end: %q, %v", name, got, err)
			}
		}
	}
	broken := errors.New("broken")
	in := NewInput(iotest.ErrReader(broken))
	if _, err := in.Read(t.Context(), make([]byte, 1)); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestInputReadiness(t *testing.T) {
	r, w := io.Pipe()
	in := NewInput(r)
	if _, err := in.TryRead(make([]byte, 4)); ErrorOf(err) != ErrWouldBlock {
		t.Errorf("TryRead of nothing: %v", err)
	}
	ready := in.Ready()
	select {
	case <-ready:
		t.Error("ready without data")
	default:
	}
	go func() {
		w.Write([]byte("abcdef"))
		w.Close()
	}()
	<-ready
	if n, ok := in.Buffered(); n == 0 || !ok {
		t.Errorf("Buffered = %d, %v", n, ok)
	}
	p := make([]byte, 3)
	if n, err := in.Peek(t.Context(), p); string(p[:n]) != "abc" || err != nil {
		t.Errorf("Peek %q, %v", p[:n], err)
	}
	if n, err := in.TryRead(p); string(p[:n]) != "abc" || err != nil {
		t.Errorf("TryRead %q, %v", p[:n], err)
	}
	got, err := io.ReadAll(readerFunc(func(p []byte) (int, error) { return in.Read(t.Context(), p) }))
	if string(got) != "def" || err != nil {
		t.Errorf("rest %q, %v", got, err)
	}
	<-in.Ready()
	if n, ok := in.Buffered(); n != 0 || !ok {
		t.Errorf("Buffered at the end = %d, %v", n, ok)
	}
	if n, ok := NewInput(strings.NewReader("xyz")).Buffered(); n != 3 || !ok {
		t.Errorf("Buffered of a string = %d, %v", n, ok)
	}
}

func TestCanceledWrite(t *testing.T) {
	r, w := io.Pipe()
	out := NewOutput(w)
	ctx, cause := cancelSoon(t)
	data := bytes.Repeat([]byte("0123456789"), aheadBytes/5) // two chunks
	_, err := out.Write(ctx, data)
	wantCanceled(t, "Write", err, cause)
	select {
	case <-out.Ready():
		t.Error("ready while a write is in flight")
	default:
	}
	go func() {
		out.Write(context.Background(), []byte("!"))
		w.Close()
	}()
	got, err := io.ReadAll(r)
	if want := string(data[:aheadBytes]) + "!"; string(got) != want || err != nil {
		t.Errorf("the host got %d bytes, %v, want %d", len(got), err, len(want))
	}
	<-out.Ready()
}

func TestWriteInChunks(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), aheadBytes/4)
	var got bytes.Buffer
	for name, w := range map[string]io.Writer{"direct": &got, "copied": struct{ io.Writer }{&got}} {
		got.Reset()
		n, err := NewOutput(w).Write(t.Context(), data)
		if n != len(data) || err != nil || !bytes.Equal(got.Bytes(), data) {
			t.Errorf("%s: wrote %d, %v; the host got %d bytes", name, n, err, got.Len())
		}
	}
	_, err := NewOutput(shortWriter{}).Write(t.Context(), data)
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("short write: %v", err)
	}
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestSockets(t *testing.T) {
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback network:", err)
	}
	defer listening.Close()
	l := NewListener(listening)
	if _, err := l.TryAccept(); ErrorOf(err) != ErrWouldBlock {
		t.Errorf("TryAccept of nothing: %v", err)
	}
	ctx, cause := cancelSoon(t)
	_, err = l.Accept(ctx)
	wantCanceled(t, "Accept", err, cause)

	client, err := net.Dial("tcp", listening.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	<-l.Ready()
	if !l.Pending() {
		t.Error("ready and nothing pending")
	}
	s, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client.Write([]byte("ping"))
	p := make([]byte, 8)
	if n, err := s.In.Read(t.Context(), p); string(p[:n]) != "ping" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	s.Out.Write(t.Context(), []byte("pong"))
	wantError(t, "Shutdown", s.Shutdown(false, true), 0)
	if got, err := io.ReadAll(client); string(got) != "pong" || err != nil {
		t.Errorf("the client got %q, %v", got, err)
	}
	if stat, err := s.Stat(); stat.Type != TypeSocketStream || err != nil {
		t.Errorf("Stat = %+v, %v", stat, err)
	}
	wantError(t, "Shutdown of a pipe", NewReader(nil).Shutdown(true, false), ErrUnsupported)
}

func TestStreamTypes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, c := range map[string]struct {
		s    *Stream
		want FileType
	}{
		"file":    {NewWriter(f), TypeRegularFile},
		"buffer":  {NewWriter(&bytes.Buffer{}), TypeUnknown},
		"nothing": {NewReader(nil), TypeUnknown},
	} {
		if stat, err := c.s.Stat(); stat.Type != c.want || c.s.Type() != c.want || err != nil {
			t.Errorf("%s: %+v, %v", name, stat, err)
		}
		wantError(t, name, c.s.Close(), 0)
	}
	if _, err := f.WriteString("still open"); err != nil {
		t.Error(err)
	}
}

func TestSpecialFiles(t *testing.T) {
	d, path := newHostDir(t)
	if !makeFIFO(filepath.Join(path, "fifo")) {
		t.Skip("no FIFOs on this system")
	}
	node, err := d.Open("fifo", OpenRead|OpenFollow) // must not wait for a writer
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	s, ok := node.(*Stream)
	if !ok || s.Type() != TypeFIFO || s.Out != nil {
		t.Fatalf("opened %T %+v", node, node)
	}
	writer, err := d.Open("fifo", OpenWrite|OpenFollow)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cause := cancelSoon(t)
	p := make([]byte, 8)
	_, err = s.In.Read(ctx, p)
	wantCanceled(t, "Read", err, cause)
	writer.(*Stream).Out.Write(t.Context(), []byte("through"))
	if n, err := s.In.Read(t.Context(), p); string(p[:n]) != "through" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	writer.Close()
	_, err = d.Open("fifo", OpenDirectory|OpenFollow)
	wantError(t, "as a directory", err, ErrNotDirectory)
}

// TestHostPipe asks about a pipe of the host, without anything being read ahead where the kernel can tell.
func TestHostPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, out := NewInput(r), NewOutput(w)
	if _, ready := in.Buffered(); ready {
		t.Error("ready without data")
	}
	if n, err := out.Write(t.Context(), []byte("through")); n != 7 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	<-in.Ready()
	if _, ready := in.Buffered(); !ready {
		t.Error("not ready with data")
	}
	p := make([]byte, 16)
	if n, err := in.TryRead(p); string(p[:n]) != "through" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	ctx, cause := cancelSoon(t)
	_, err = in.Read(ctx, p)
	wantCanceled(t, "Read", err, cause)
	full := make([]byte, 1<<20) // more than a pipe holds
	ctx, cause = cancelSoon(t)
	_, err = out.Write(ctx, full)
	wantCanceled(t, "Write", err, cause)
	w.Close()
	if n, err := in.Read(t.Context(), p); n == 0 || err != nil {
		t.Errorf("what was written before: %d bytes, %v", n, err)
	}
}
