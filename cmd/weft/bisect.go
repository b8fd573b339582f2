package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/bisect"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/wasm"
)

func newBisect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bisect [flags] MODULE [ARGUMENT...]",
		Short: "Find the function that behaves differently when it is compiled, and the pass that makes it so",
		Long: `Find the function that makes a program behave differently compiled than interpreted, and the pass of the compiler that
makes the function so. The program is run again and again, as weft run would with the same flags and arguments: with the interpreter,
and compiled with fewer and fewer functions and passes. What is compared is standard output, standard error but for backtraces, and the
exit status. The program must do the same each time that it is run; what it leaves in directories is there for the next run.

The exit status is 0 if a function was found, and 1 if there is nothing to find.`,
		Example: `  weft bisect prog.wasm < input
  weft bisect --invoke hash sum.wat 1 2`,
		Args: usage(1, 1<<20, "a module and its arguments"),
		RunE: func(cmd *cobra.Command, args []string) error { return bisectProgram(cmd, args) },
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	newRun().Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "tier" {
			flags.AddFlag(f)
		}
	})
	return cmd
}

func bisectProgram(cmd *cobra.Command, args []string) error {
	if args[0] == "-" {
		return usageError(cmd, errors.New("the module is read many times, so it cannot come from standard input"))
	}
	m, err := readValid(cmd, args[0])
	if err != nil {
		return err
	}
	if err := canCompile(); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "weft-bisect-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	r, err := newRunner(cmd, args, temp)
	if err != nil {
		return err
	}
	if err := r.reference(); err != nil {
		return err
	}
	c, err := bisect.Find(&bisect.Program{
		First: uint32(m.ImportedFuncs), Count: uint32(len(m.Funcs)), Passes: compile.Optional(), Differs: r.differs,
	})
	if err != nil {
		return inFile(args[0], err)
	}
	return r.verdict(cmd.OutOrStdout(), m, c)
}

// proved returns what the compiler's own checks say of the culprit, "" if they find nothing wrong.
func (r *runner) proved(c *bisect.Culprit) (string, error) {
	settings := "verify"
	if c.Settings != "" {
		settings += "," + c.Settings
	}
	have, err := r.run("compiled", settings)
	line, _, _ := strings.Cut(have.stderr, "\n")
	if !strings.Contains(line, bugInCompiler) {
		line = ""
	}
	return line, err
}

// bugInCompiler is in the text of a compile.Error.
const bugInCompiler = "which is a bug in the compiler"

// canCompile fails where there is no compiler: there is no second tier then.
func canCompile() error {
	engine := weft.NewEngine(weft.Config{})
	defer engine.Close()
	if info := engine.Info(); info.Tier != weft.TierCompiled {
		return fmt.Errorf("nothing to compare: there is only the interpreter here, because %s", info.Reason)
	}
	return nil
}

// runner runs the program in processes of its own.
type runner struct {
	ctx     context.Context
	self    string
	flags   []string // of weft run
	args    []string // the module and its arguments
	stdin   []byte
	temp    string // where processes keep what shows bugs: there may be one in each try
	log     io.Writer
	want    behaviour
	timeout time.Duration // of a run, 0 for none
}

func newRunner(cmd *cobra.Command, args []string, temp string) (*runner, error) {
	r := &runner{ctx: cmd.Context(), args: args, temp: temp, log: cmd.ErrOrStderr()}
	var err error
	if r.self, err = os.Executable(); err != nil {
		return nil, err
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if list, ok := f.Value.(pflag.SliceValue); ok {
			for _, v := range list.GetSlice() {
				r.flags = append(r.flags, "--"+f.Name+"="+v)
			}
			return
		}
		r.flags = append(r.flags, "--"+f.Name+"="+f.Value.String())
	})
	if in, ok := cmd.InOrStdin().(*os.File); !ok || !isTerminal(in) {
		r.stdin, err = io.ReadAll(cmd.InOrStdin())
	}
	return r, err
}

// reference finds out what the program does when it is interpreted, and how long that takes at most.
func (r *runner) reference() (err error) {
	start := time.Now()
	if r.want, err = r.run("interpreter", ""); err != nil {
		return err
	}
	r.timeout = 10*time.Second + 10*time.Since(start)
	fmt.Fprintln(r.log, "interpreted: it", r.want.summary())
	again, err := r.run("interpreter", "")
	if err != nil {
		return err
	}
	if again != r.want {
		return errors.New("the program behaves differently each time that it is interpreted, so nothing can be compared with that" +
			" (does it look at the time, or at what it has left in a directory?)")
	}
	return nil
}

// differs is a try.
func (r *runner) differs(settings string) (bool, error) {
	have, err := r.run("compiled", settings)
	if err != nil {
		return false, err
	}
	result := "same"
	if have != r.want {
		result = "different: " + r.want.difference(&have)
	}
	fmt.Fprintf(r.log, "compiled, WEFTDEBUG=%s: %s\n", settings, result)
	return have != r.want, nil
}

// run runs the program on a tier.
func (r *runner) run(tier, settings string) (b behaviour, err error) {
	ctx, cancel := r.ctx, context.CancelFunc(func() {})
	if r.timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, r.timeout)
	}
	defer cancel()
	cmd := exec.CommandContext(ctx, r.self, r.arguments(tier)...)
	cmd.Env = append(os.Environ(), "WEFTDEBUG="+settings, "TMPDIR="+r.temp, "TMP="+r.temp)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(r.stdin), &stdout, &stderr
	err = cmd.Run()
	if r.ctx.Err() != nil {
		return b, &exit{statusInterrupt, errors.New("interrupted")}
	}
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		return b, err
	}
	b = behaviour{stdout.String(), backtraceLine.ReplaceAllString(stderr.String(), ""), cmd.ProcessState.ExitCode()}
	if ctx.Err() != nil {
		b = behaviour{status: -1} // what it has written until then is a matter of luck
	}
	return b, nil
}

func (r *runner) arguments(tier string) []string {
	args := append([]string{"run", "--tier=" + tier}, r.flags...)
	return append(append(args, "--"), r.args...)
}

// verdict tells people what was found, and how to look at it.
func (r *runner) verdict(w io.Writer, m *wasm.Module, c *bisect.Culprit) error {
	var text strings.Builder
	fmt.Fprintf(&text, "function %d", c.Func)
	if name := m.FuncName(c.Func); name != "" {
		fmt.Fprintf(&text, " (%s)", wasm.PlainName(name))
	}
	if !c.Alone {
		text.WriteString(", if functions in front of it are compiled too")
	}
	switch {
	case c.Pass == "":
		text.WriteString("\nno pass that can be left out: it is the code from the start, or lowering, allocation or emission\n")
	case c.Without == "":
		fmt.Fprintf(&text, "\npass %s, but not alone: without it the program still behaves differently\n", c.Pass)
	default:
		fmt.Fprintf(&text, "\npass %s\n", c.Pass)
	}
	proof, err := r.proved(c)
	if err != nil {
		return err
	}
	if proof != "" {
		fmt.Fprintf(&text, "the compiler's own checks (WEFTDEBUG=verify): %s\n", wasm.PlainName(proof))
	}
	fmt.Fprintf(&text, "\nTo see it go wrong:\n  %s\n", r.command(c.Settings))
	if c.Without != "" {
		fmt.Fprintf(&text, "To see it go right:\n  %s\n", r.command(c.Without))
	}
	text.WriteString("To see the code:\n")
	fmt.Fprintf(&text, "  weft dump --func=%d --phase=all %s\n", c.Func, quoted(r.args[0]))
	_, err = io.WriteString(w, text.String())
	return err
}

// command is what a shell runs for a try.
func (r *runner) command(settings string) string {
	words := []string{"weft"}
	if settings != "" {
		words[0] = "WEFTDEBUG=" + settings + " weft"
	}
	for _, arg := range r.arguments("compiled") {
		words = append(words, quoted(arg))
	}
	return strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[\w./:=+,@%-]+$`)

// quoted is a word for a shell.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
