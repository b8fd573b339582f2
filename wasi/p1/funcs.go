package p1

import (
	"errors"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
)

// function is one function of WASI 0.1. The list below is the only one: both import modules are registered from it.
type function struct {
	name   string
	params string // i for i32, I for i64
	handle func(call) error
	added  bool // wasi_unstable does not have it
}

var functions = []function{
	{name: "args_get", params: "ii", handle: argsGet},
	{name: "args_sizes_get", params: "ii", handle: argsSizesGet},
	{name: "environ_get", params: "ii", handle: environGet},
	{name: "environ_sizes_get", params: "ii", handle: environSizesGet},
	{name: "clock_res_get", params: "ii", handle: clockResGet},
	{name: "clock_time_get", params: "iIi", handle: clockTimeGet},
	{name: "fd_advise", params: "iIIi", handle: fdAdvise},
	{name: "fd_allocate", params: "iII", handle: fdAllocate},
	{name: "fd_close", params: "i", handle: fdClose},
	{name: "fd_datasync", params: "i", handle: fdDatasync},
	{name: "fd_fdstat_get", params: "ii", handle: fdFdstatGet},
	{name: "fd_fdstat_set_flags", params: "ii", handle: fdFdstatSetFlags},
	{name: "fd_fdstat_set_rights", params: "iII", handle: fdFdstatSetRights},
	{name: "fd_filestat_get", params: "ii", handle: fdFilestatGet},
	{name: "fd_filestat_set_size", params: "iI", handle: fdFilestatSetSize},
	{name: "fd_filestat_set_times", params: "iIIi", handle: fdFilestatSetTimes},
	{name: "fd_pread", params: "iiiIi", handle: fdPread},
	{name: "fd_prestat_get", params: "ii", handle: fdPrestatGet},
	{name: "fd_prestat_dir_name", params: "iii", handle: fdPrestatDirName},
	{name: "fd_pwrite", params: "iiiIi", handle: fdPwrite},
	{name: "fd_read", params: "iiii", handle: fdRead},
	{name: "fd_readdir", params: "iiiIi", handle: fdReaddir},
	{name: "fd_renumber", params: "ii", handle: fdRenumber},
	{name: "fd_seek", params: "iIii", handle: fdSeek},
	{name: "fd_sync", params: "i", handle: fdSync},
	{name: "fd_tell", params: "ii", handle: fdTell},
	{name: "fd_write", params: "iiii", handle: fdWrite},
	{name: "path_create_directory", params: "iii", handle: pathCreateDirectory},
	{name: "path_filestat_get", params: "iiiii", handle: pathFilestatGet},
	{name: "path_filestat_set_times", params: "iiiiIIi", handle: pathFilestatSetTimes},
	{name: "path_link", params: "iiiiiii", handle: pathLink},
	{name: "path_open", params: "iiiiiIIii", handle: pathOpen},
	{name: "path_readlink", params: "iiiiii", handle: pathReadlink},
	{name: "path_remove_directory", params: "iii", handle: pathRemoveDirectory},
	{name: "path_rename", params: "iiiiii", handle: pathRename},
	{name: "path_symlink", params: "iiiii", handle: pathSymlink},
	{name: "path_unlink_file", params: "iii", handle: pathUnlinkFile},
	{name: "poll_oneoff", params: "iiii", handle: pollOneoff},
	{name: "proc_exit", params: "i", handle: procExit},
	{name: "proc_raise", params: "i", handle: procRaise},
	{name: "sched_yield", params: "", handle: schedYield},
	{name: "random_get", params: "ii", handle: randomGet},
	{name: "sock_accept", params: "iii", handle: sockAccept, added: true},
	{name: "sock_recv", params: "iiiiii", handle: sockRecv},
	{name: "sock_send", params: "iiiii", handle: sockSend},
	{name: "sock_shutdown", params: "ii", handle: sockShutdown},
}

// returns reports whether the guest gets an errno; proc_exit does not return.
func (f *function) returns() bool { return f.name != "proc_exit" }

// funcType returns the function's type in the module.
func (f *function) funcType() weft.FuncType {
	var t weft.FuncType
	for _, p := range f.params {
		if p == 'I' {
			t.Params = append(t.Params, weft.I64)
		} else {
			t.Params = append(t.Params, weft.I32)
		}
	}
	if f.returns() {
		t.Results = []weft.ValueType{weft.I32}
	}
	return t
}

// run performs a call and puts the errno where the result belongs. An error is for the engine: it unwinds the guest.
func (f *function) run(c call, stack []uint64) error {
	err := f.handle(c)
	if err != nil && unwinds(err) {
		return err
	}
	if f.returns() {
		stack[0] = uint64(errnoOf(err))
	}
	return nil
}

// unwinds reports whether the error ends the guest rather than being told to it.
func unwinds(err error) bool {
	if _, ok := err.(errno); ok {
		return false
	}
	var exit *weft.ExitError
	var canceled *wasi.CanceledError
	return errors.As(err, &exit) || errors.As(err, &canceled)
}
