package wasm

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestDecodeReader(t *testing.T) {
	list := append(allModules(t), realModule{"everything", []byte(everything)})
	for _, c := range list {
		want, err := Decode(c.bytes, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]io.Reader{
			"whole":     bytes.NewReader(c.bytes),
			"one byte":  iotest.OneByteReader(bytes.NewReader(c.bytes)),
			"halves":    iotest.HalfReader(bytes.NewReader(c.bytes)),
			"early EOF": iotest.DataErrReader(bytes.NewReader(c.bytes)),
		} {
			got, err := DecodeReader(r, nil)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, name, err)
			} else if !Equal(got, want) || got.Size != want.Size {
				t.Errorf("%s, %s: not the same as from bytes", c.name, name)
			}
		}
	}
}

// TestStreamOffsets shows that offsets do not depend on where a module comes from.
func TestStreamOffsets(t *testing.T) {
	for _, c := range realModules(t) {
		m, err := DecodeReader(bytes.NewReader(c.bytes), nil)
		if err != nil {
			t.Fatal(err)
		}
		at := func(offset int64, want []byte) {
			if !bytes.HasPrefix(c.bytes[offset:], want) {
				t.Errorf("%s: other bytes at 0x%x", c.name, offset)
			}
		}
		for i := range m.Code {
			at(m.Code[i].Offset, m.Code[i].Body)
		}
		for i := range m.Globals {
			at(m.Globals[i].Init.Offset, m.Globals[i].Init.Bytes)
		}
		for i := range m.Customs {
			at(m.Customs[i].Offset, m.Customs[i].Bytes)
		}
	}
}

// TestStreamErrors gives truncated and broken modules to both decoders. They agree, save for the sections whose size is too small.
func TestStreamErrors(t *testing.T) {
	for cut := range everything {
		b := []byte(everything[:cut])
		_, err := Decode(b, nil)
		_, streamErr := DecodeReader(iotest.OneByteReader(bytes.NewReader(b)), nil)
		if (err == nil) != (streamErr == nil) || err != nil && err.Error() != streamErr.Error() {
			t.Errorf("cut to %d bytes: have %v\nfrom a stream %v", cut, err, streamErr)
		}
	}
}

// TestReaderFails shows that errors of the reader come out unchanged, wherever they strike.
func TestReaderFails(t *testing.T) {
	broken := errors.New("connection lost")
	for cut := range everything {
		r := io.MultiReader(strings.NewReader(everything[:cut]), iotest.ErrReader(broken))
		if _, err := DecodeReader(r, nil); err != broken {
			t.Fatalf("failing after %d bytes: have %v, want %v", cut, err, broken)
		}
	}
}

// TestBodyRunsEarly holds back the rest of a module until its body has been handed out.
func TestBodyRunsEarly(t *testing.T) {
	end := strings.Index(everything, "\x41\x2a\x0b") + 3
	pipe, w := io.Pipe()
	called := make(chan struct{})
	go func() {
		io.WriteString(w, everything[:end])
		<-called
		io.WriteString(w, everything[end:])
		w.Close()
	}()
	var indices []int
	_, err := DecodeReader(pipe, &Options{Body: func(m *Module, i int) error {
		if indices = append(indices, i); i == 0 {
			close(called)
			if len(m.Elems) != 8 || string(m.Code[0].Body) != "\x41\x2a\x0b" {
				t.Errorf("have %+v", m)
			}
		}
		return nil
	}})
	if err != nil || len(indices) != 2 || indices[0] != 0 || indices[1] != 1 {
		t.Errorf("have %v for bodies %v", err, indices)
	}
}

func TestBodyError(t *testing.T) {
	broken := errors.New("no such luck")
	for name, decode := range map[string]func(o *Options) (*Module, error){
		"bytes":  func(o *Options) (*Module, error) { return Decode([]byte(everything), o) },
		"stream": func(o *Options) (*Module, error) { return DecodeReader(strings.NewReader(everything), o) },
	} {
		n := 0
		_, err := decode(&Options{Body: func(*Module, int) error { n++; return broken }})
		if err != broken || n != 1 {
			t.Errorf("%s: have %v after %d calls, want %v after 1", name, err, n, broken)
		}
	}
}

// TestHostileSizes gives a decoder sizes and counts that it must not believe: what it allocates is in proportion to what is there.
func TestHostileSizes(t *testing.T) {
	const huge = "\xff\xff\xff\xff\x03" // 1 GiB - 1
	million := "\xc0\x84\x3d"           // 1,000,000
	for name, tail := range map[string]string{
		"custom section":  "\x00" + huge,
		"type section":    "\x01" + huge + "\x01",
		"code section":    section(idType, "\x01\x60\x00\x00") + section(idFunction, "\x01\x00") + "\x0a" + huge + "\x01" + "\x80\x80\x80\x03",
		"data section":    "\x0b" + huge,
		"groups":          section(idType, million),
		"types":           section(idType, "\x01\x4e", million),
		"parameters":      section(idType, "\x01\x60\xe7\x07"),
		"imports":         section(idImport, million),
		"functions":       section(idFunction, million),
		"tables":          section(idTable, "\xa0\x8d\x06"),
		"memories":        section(idMemory, "\xa0\x8d\x06"),
		"globals":         section(idGlobal, million),
		"exports":         section(idExport, million),
		"segments":        section(idElement, "\xa0\x8d\x06"),
		"elements":        section(idElement, "\x01\x01\x00", million),
		"exprs":           section(idElement, "\x01\x05\x70", million),
		"data":            section(idData, "\xa0\x8d\x06"),
		"bytes of data":   section(idData, "\x01\x01", huge),
		"names":           section(idImport, "\x01", huge),
		"locals declared": section(idType, "\x01\x60\x00\x00") + section(idFunction, "\x01\x00") + section(idCode, "\x01\x05\xd0\x86\x03\x00\x0b"),
		"bodies":          section(idType, "\x01\x60\x00\x00") + section(idFunction, "\x01\x00") + section(idCode, huge),
	} {
		b := []byte(preamble + tail)
		for from, decode := range map[string]func() error{
			"bytes":  func() error { _, err := Decode(b, nil); return err },
			"stream": func() error { _, err := DecodeReader(bytes.NewReader(b), nil); return err },
		} {
			allocated := allocatedBy(func() {
				var e *Error
				if err := decode(); !errors.As(err, &e) || e.Offset < 8 || e.Offset > int64(len(b)) {
					t.Errorf("%s from %s: have %v, want an error with an offset", name, from, err)
				}
			})
			if most := uint64(firstGulp + 3*chunkSize); allocated > most {
				t.Errorf("%s from %s: %d bytes allocated, want at most %d", name, from, allocated, most)
			}
		}
	}
}

// endless gives zeros for ever, behind a beginning.
type endless struct{ begin io.Reader }

func (e endless) Read(p []byte) (int, error) {
	if n, _ := e.begin.Read(p); n > 0 {
		return n, nil
	}
	clear(p)
	return len(p), nil
}

// TestEndlessStreams shows that decoding a stream without end does end.
func TestEndlessStreams(t *testing.T) {
	types := section(idType, "\x01\x60\x00\x00") + section(idFunction, "\x01\x00")
	for name, begin := range map[string]string{
		"nothing":        "",
		"sections":       preamble,
		"custom section": preamble + "\x00\xff\xff\xff\xff\x0f",
		"code section":   preamble + types + "\x0a\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0f",
		"bodies":         preamble + types + "\x0a\x80\x80\x40\xff\xff\xff\xff\x0f",
	} {
		_, err := DecodeReader(endless{strings.NewReader(begin)}, nil)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: have %v, want an error", name, err)
		}
	}
}
