;; An exception that the host throws, in a call that is the tail of a function, comes out of no function. The host calls one of these at times.
(module
  (import "host" "h0" (func $host (param i32 i64)))
  (tag $t)
  (func (param i32 i64)
    (return_call $host (local.get 0) (local.get 1)))
  (func (param i64 i32)
    (return_call $host (local.get 1) (local.get 0)))
  (func (param i32 i64 i32)
    (return_call $host (local.get 2) (local.get 1)))
  (func (throw $t))
  (func (throw $t))
  (func (throw $t)))
