package guest

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
)

// DefaultStackBytes is the size of a stack if nothing else is asked for.
const DefaultStackBytes = 1 << 20

// MaxStackBytes is the largest size of a stack.
const MaxStackBytes = abi.StackAlign / 2

// MinStackBytes is the smallest: it leaves room for the context block, the slack of the stubs and some frames.
const MinStackBytes = 32 << 10

// Pool keeps stacks of one size for reuse.
type Pool struct {
	size int
	mu   sync.Mutex
	idle []*Stack

	stacks, yields atomic.Int64
}

// Stacks is how many stacks of the pool there are, up to about the last garbage collection.
func (p *Pool) Stacks() int64 { return p.stacks.Load() }

// Yields counts how often guest code on these stacks has made room for others.
func (p *Pool) Yields() int64 { return p.yields.Load() }

// maxIdle is how many stacks a pool keeps; the memory of the others is given back.
const maxIdle = 64

// NewPool makes a pool of stacks of a size in bytes, a power of two, 0 for the default.
func NewPool(size int) (*Pool, error) {
	if size == 0 {
		size = DefaultStackBytes
	}
	if size < MinStackBytes || size > MaxStackBytes || size&(size-1) != 0 {
		return nil, fmt.Errorf("weft: stacks of %d bytes: want a power of two from %d to %d", size, MinStackBytes, MaxStackBytes)
	}
	return &Pool{size: size}, nil
}

// Get returns a stack that nothing runs on.
func (p *Pool) Get() (*Stack, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return s, nil
	}
	p.mu.Unlock()
	s, err := newStack(p.size)
	if err != nil {
		return nil, err
	}
	s.pool = p
	p.stacks.Add(1)
	runtime.AddCleanup(s, func(n *atomic.Int64) { n.Add(-1) }, &p.stacks)
	return s, nil
}

// Put takes back a stack that Get has returned, once no call runs on it: calls that ended by a panic or runtime.Goexit are over too.
func (p *Pool) Put(s *Stack) {
	s.Host, s.Attend, s.Shared = nil, nil, false
	s.Silence()
	s.Resume()
	s.Restore(Mark(s.high - abi.ContextBytes))
	p.mu.Lock()
	keep := len(p.idle) < maxIdle
	if keep {
		p.idle = append(p.idle, s)
	}
	p.mu.Unlock()
	if !keep {
		s.release()
	}
}
