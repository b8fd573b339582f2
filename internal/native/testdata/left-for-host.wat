;; An exception that the host throws, in a call that is the tail of a function, comes out of no function.
(module
  (import "host" "h0" (func $host (param i32 i64)))
  (tag $t)
  (func (param i32 i64)
    (return_call $host (local.get 0) (local.get 1)))
  (func (param i32 i64)
    (throw $t)))
