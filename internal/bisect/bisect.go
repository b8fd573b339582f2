// Package bisect finds the function and the pass of the compiler that make a program behave differently when it is compiled.
//
// In comes a [Program]: which functions it has, which passes there are, and a way to try it with settings of WEFTDEBUG; out comes a [Culprit].
//
// Function: with none of the functions compiled the program behaves as interpreted, with all of them it does not. So there is a number n with
// which it does when the first n functions are compiled, and does not when one more is; halving the range finds such an n in about log2 of
// their number of tries. That one more function is the culprit, though what is wrong may show only together with some in front of it. It is
// tried alone, with all others interpreted, because that is simpler to look at.
//
// Pass: in that function, in the same way, one more of the passes in their order makes the difference. If it behaves differently even without all
// the passes that can be left out, the phases that cannot are at fault.
//
// For example, with eight functions from 3 to 10, of which pass ssa/gvn spoils number 5, the tries are
//
//	                                         different: all compiled
//	interpret=3..                            same: none
//	interpret=7..                            different: 3..6
//	interpret=5..                            same: 3..4
//	interpret=6..                            different: 3..5, so it is 5
//	interpret=..4+6..                        different: 5 alone
//	interpret=..4+6..,ssa/gvn=off,ssa/dce=off,func=5    same: without passes
//	interpret=..4+6..,ssa/dce=off,func=5     different: with the first, so it is ssa/gvn
package bisect

import (
	"errors"
	"fmt"
	"strings"
)

// Program is what there is to search in.
type Program struct {
	First, Count uint32   // the index of the first function that the module defines, and how many it does
	Passes       []string // that can be left out, in their order, as WEFTDEBUG names them

	// Differs runs the program with settings of WEFTDEBUG and reports whether it behaves in another way than interpreted.
	Differs func(settings string) (bool, error)
}

// Culprit is what makes the difference.
type Culprit struct {
	Func     uint32 // the index of the function
	Alone    bool   // it does with all other functions interpreted; otherwise only with those in front of it compiled too
	Pass     string // the pass, or "" if it is none of those that can be left out
	Settings string // of WEFTDEBUG, with which the program behaves differently and as little as possible is compiled
	Without  string // of WEFTDEBUG, which leave out nothing but the pass; "" if the program behaves differently with them too, or Pass is ""
}

// What there is to say if there is nothing to find.
var (
	ErrSame   = errors.New("the program behaves in the same way compiled and interpreted")
	ErrNoFunc = errors.New("the program behaves differently even if all its functions are interpreted by the engine that compiles: " +
		"the difference is not in their code")
)

// Find finds what makes the difference: ErrSame or ErrNoFunc if there is none or if it is not in a function, or an error of Differs.
func Find(p *Program) (*Culprit, error) {
	if differs, err := p.Differs(""); err != nil || !differs {
		return nil, orElse(err, ErrSame)
	}
	if differs, err := p.Differs(p.upTo(0)); err != nil || differs {
		return nil, orElse(err, ErrNoFunc)
	}
	n, err := search(p.Count, func(n uint32) (bool, error) { return p.Differs(p.upTo(n)) })
	if err != nil {
		return nil, err
	}
	c := &Culprit{Func: p.First + n - 1, Settings: p.upTo(n)}
	alone := p.only(c.Func)
	if alone == c.Settings {
		c.Alone = true
	} else if c.Alone, err = p.Differs(alone); err != nil {
		return nil, err
	}
	if c.Alone {
		c.Settings = alone
	}
	return c, p.findPass(c)
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// search returns the lowest number that it comes upon from 1 to n that is bad while the one below it is not; 0 is not, and n is.
func search(n uint32, bad func(uint32) (bool, error)) (uint32, error) {
	good := uint32(0)
	for n-good > 1 {
		middle := good + (n-good)/2
		isBad, err := bad(middle)
		if err != nil {
			return 0, err
		}
		if isBad {
			n = middle
		} else {
			good = middle
		}
	}
	return n, nil
}

// upTo has the first n functions compiled and all behind them interpreted.
func (p *Program) upTo(n uint32) string {
	if n == p.Count {
		return ""
	}
	return fmt.Sprintf("interpret=%d..", p.First+n)
}

// only has one function compiled.
func (p *Program) only(index uint32) string {
	var others []string
	if index > p.First {
		others = append(others, fmt.Sprintf("..%d", index-1))
	}
	if index+1 < p.First+p.Count {
		others = append(others, fmt.Sprintf("%d..", index+1))
	}
	if others == nil {
		return ""
	}
	return "interpret=" + strings.Join(others, "+")
}

// findPass fills in what c is to say of passes.
func (p *Program) findPass(c *Culprit) error {
	without := func(passes []string) string { return withoutPasses(c.Settings, c.Func, passes) }
	if len(p.Passes) == 0 {
		return nil
	}
	if differs, err := p.Differs(without(p.Passes)); err != nil || differs {
		return err
	}
	n, err := search(uint32(len(p.Passes)), func(n uint32) (bool, error) { return p.Differs(without(p.Passes[n:])) })
	if err != nil {
		return err
	}
	c.Pass = p.Passes[n-1]
	settings := without([]string{c.Pass})
	differs, err := p.Differs(settings)
	if err == nil && !differs {
		c.Without = settings
	}
	return err
}

// withoutPasses adds to settings that passes are left out of a function.
func withoutPasses(settings string, index uint32, passes []string) string {
	if len(passes) == 0 {
		return settings
	}
	var all []string
	if settings != "" {
		all = append(all, settings)
	}
	for _, pass := range passes {
		all = append(all, pass+"=off")
	}
	return strings.Join(append(all, fmt.Sprintf("func=%d", index)), ",")
}
