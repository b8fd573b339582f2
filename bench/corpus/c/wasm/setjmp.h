/* wasi-libc has no setjmp. The workloads take no error path, so the first return is the only one, and a jump ends the run. */
#ifndef _SETJMP_H
#define _SETJMP_H

typedef int jmp_buf[1];
typedef jmp_buf sigjmp_buf;

__attribute__((noreturn)) static inline void longjmp(jmp_buf buffer, int value) {
	(void)buffer, (void)value;
	__builtin_trap();
}

#define setjmp(buffer) ((void)(buffer), 0)
#define _setjmp(buffer) setjmp(buffer)
#define sigsetjmp(buffer, mask) setjmp(buffer)
#define _longjmp(buffer, value) longjmp(buffer, value)
#define siglongjmp(buffer, value) longjmp(buffer, value)

#endif
