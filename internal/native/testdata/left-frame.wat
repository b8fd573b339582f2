;; A function whose frame stays for a tail call, since the callee needs more room for arguments, is in no backtrace all the same.
(module
  (func $trap (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    unreachable)
  (func (param i64)
    (return_call $trap
      (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0)
      (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0))))
