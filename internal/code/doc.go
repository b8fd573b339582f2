// Package code holds machine code between the compiler that makes it, the runtime that maps it, and files.
//
// An [Object] is one compiled function: its text, the references in it to other functions, and tables of what the runtime needs when something happens
// at one of its instructions: which trap a fault there means, which place in the source it comes from, where an exception that comes out of a call goes on.
// Everything is an offset from the start of the text or a number.
//
// The text of a function that adds two locals and divides by a third:
//
//	offset  bytes        instruction    position  trap
//	0       01 c8        add eax, ecx   3
//	2       85 d2        test edx, edx  6
//	4       74 ..        je 24          6
//	...
//	24      f4           hlt            6         divide by zero
//
// A table row holds from its offset on to that of the next row.
//
// A [Linker] puts the objects of a module one behind the other and makes an [Image]: where each function begins, and the same tables for the whole
// text, compressed and with an index for each 256 bytes of text ([Table]):
//
//	l := code.NewLinker()
//	l.Func(&object, bodyOffset)      // each function
//	x, err := l.Image()
//	l.Write(text, importedFuncs)     // fills in references from function to function: distances, so that the text can be anywhere
//	site, ok := x.Trap(24)
//
// Neither has a pointer or an address in it. So [Write] puts an image, its text and the module into a file as they are, with their checksums and the
// [Identity] that says where it runs, and [Open] maps the file and uses them in place. Nothing is relocated or copied; what Load takes is the time of
// reading the file once, to verify it.
package code
